// Mounts the workbench on a page that needs no circuit.
import { mount } from "./workbench/workbench.js";

const host = document.getElementById("workbench");
mount(host, JSON.parse(host.dataset.config));
