import type { Role } from "../protocol/session.js";
import type { Repl, UserSummary } from "../protocol/api.js";

export type Theme = "dark" | "light";

/** What the page mounts the workbench with; its peer is Devex.Web/Workbench/WorkbenchConfig.cs. */
export interface WorkbenchConfig {
  replId: string;
  name: string;
  template: string;
  owner: UserSummary;
  role: Role;
  /** As the page was made. */
  state: Repl["state"];
  defaultFile?: string | null;
  runCommand?: string | null;
  user: { id: string; name: string };
  apiBase: string;
  theme: Theme;
  /** Whether sessions are isolated from the host; false is shown. */
  isolated: boolean;
  notice?: string | null;
  /** Origin of previews, with `{port}` left in. */
  previewOrigin: string;
  /** For the style elements that the editor and terminals make. */
  cspNonce?: string | null;
}
