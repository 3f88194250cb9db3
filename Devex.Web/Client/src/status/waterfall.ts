import { bytes, duration, element, plain } from "../layout/dom.js";
import { localTimes } from "../layout/times.js";
import type { ProgressStage, SessionProgress } from "../protocol/api.js";

const words: Record<string, string> = {
  queued: "Queued", scheduling: "Finding a place", waitingForRoom: "Waiting for a node with room", pulling: "Fetching the image", waitingForSave: "Finishing the save on the old node", restoring: "Restoring files", starting: "Starting", ready: "Ready",
  freezing: "Pausing edits", ending: "Ending programs", saving: "Saving to S3", removing: "Cleaning up", stopped: "Stopped",
};

/** The stages of a start or stop with their times, filled as they happen; a failure that is said elsewhere is only marked. */
export function waterfall(progress: SessionProgress, now: Date, said: string): HTMLElement {
  return element("ol", { class: "dx-waterfall", attributes: { "data-testid": "waterfall" } }, ...progress.stages.map((stage) => row(stage, now, said)));
}

function row(stage: ProgressStage, now: Date, said: string): HTMLElement {
  const ended = stage.endedAt ? new Date(stage.endedAt) : undefined;
  const took = (ended ?? now).getTime() - new Date(stage.startedAt).getTime();
  const state = stage.failed ? "failed" : ended ? "done" : "now";
  const amount = stage.total ? `${bytes(stage.done ?? 0)} of ${bytes(stage.total)}` : "";
  const made = element("li", { class: `dx-stage dx-stage-${state}` },
    element("span", { class: `dx-dot dx-dot-${state}`, attributes: { "aria-hidden": "true" } }),
    element("span", { class: "dx-stage-name", text: words[stage.name] ?? plain(stage.name, 40) }),
    element("span", { class: "dx-muted", text: amount }),
    element("span", { class: "dx-stage-time", text: duration(Math.max(0, took)) }));
  if (stage.total && !ended) made.append(element("progress", { attributes: { max: stage.total, value: stage.done ?? 0, "aria-label": words[stage.name] ?? stage.name } }));
  if (stage.waiting) made.append(element("p", { class: "dx-stage-waiting", text: plain(stage.waiting, 500) }));
  if (stage.failed && !said.startsWith(stage.failed)) made.append(element("p", { class: "dx-stage-problem", text: plain(localTimes(stage.failed), 500) }));
  return made;
}
