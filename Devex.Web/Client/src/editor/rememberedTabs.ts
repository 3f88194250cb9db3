import { remembered } from "../layout/storage.js";

/** The files that were open, in order, and the one in front. */
export interface Tabs {
  paths: string[];
  active?: string | undefined;
}

const most = 20;

/** What was open in this browser the last time. */
export function rememberedTabs(replId: string): Tabs {
  try {
    const parsed = JSON.parse(remembered.get(`tabs.${replId}`) ?? "{}") as { paths?: unknown; active?: unknown };
    return {
      paths: Array.isArray(parsed.paths) ? parsed.paths.filter((p): p is string => typeof p === "string").slice(0, most) : [],
      active: typeof parsed.active === "string" ? parsed.active : undefined,
    };
  } catch {
    // Somebody else's value.
    return { paths: [] };
  }
}

export const rememberTabs = (replId: string, tabs: Tabs): void => remembered.set(`tabs.${replId}`, JSON.stringify(tabs));
