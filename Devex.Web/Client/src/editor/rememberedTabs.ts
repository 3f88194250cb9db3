import { remembered } from "../layout/storage.js";

/** The files that were open in one group, in order, and the one in front. */
export interface GroupTabs {
  paths: string[];
  active?: string | undefined;
}

export interface RememberedTabs {
  /** At most two, beside each other. */
  groups: GroupTabs[];
  /** The group that had the focus. */
  focused: number;
}

const most = 20;

/** What was open in this browser the last time. */
export const rememberedTabs = (replId: string): RememberedTabs => parseTabs(remembered.get(`tabs.${replId}`));

export const rememberTabs = (replId: string, tabs: RememberedTabs): void => remembered.set(`tabs.${replId}`, JSON.stringify(tabs));

/** Reads what was kept; what an older page has kept is one group. */
export function parseTabs(text: string | undefined): RememberedTabs {
  try {
    const parsed = JSON.parse(text ?? "{}") as { groups?: unknown; focused?: unknown };
    const groups = (Array.isArray(parsed.groups) ? parsed.groups.slice(0, 2) : [parsed]).map(parseGroup).filter((group) => group.paths.length > 0);
    return { groups, focused: parsed.focused === 1 && groups.length === 2 ? 1 : 0 };
  } catch {
    // Somebody else's value.
    return { groups: [], focused: 0 };
  }
}

function parseGroup(value: unknown): GroupTabs {
  const { paths, active } = (value ?? {}) as { paths?: unknown; active?: unknown };
  return {
    paths: Array.isArray(paths) ? paths.filter((path): path is string => typeof path === "string").slice(0, most) : [],
    active: typeof active === "string" ? active : undefined,
  };
}
