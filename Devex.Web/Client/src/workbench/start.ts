// The first script of a workbench's page: what opens the session is asked for while the rest is still on its way.
import { Api } from "../session/api.js";
import type { WorkbenchConfig } from "./config.js";

const host = document.getElementById("workbench");
if (host?.dataset.config === undefined) throw new Error("The page has no workbench.");
const config = JSON.parse(host.dataset.config) as WorkbenchConfig;
const api = new Api(config.apiBase, config.replId);
const ticket = config.state === "running" ? api.ticket() : undefined;
// The session hears of it.
ticket?.catch(() => undefined);
const { mount } = await import("./workbench.js");
mount(host, config, api, ticket);
