import type { Command } from "../commands/commands.js";
import type { EditorPane } from "../editor/editorPane.js";
import type { FilesPanel } from "../files/filesPanel.js";
import { isFirefox } from "../layout/dom.js";
import type { Panes } from "../layout/panes.js";
import type { Ports } from "../run/ports.js";
import type { PreviewPane } from "../run/previewPane.js";
import type { RunControl } from "../run/runControl.js";
import type { Session } from "../session/session.js";
import type { UserSettings } from "../settings/settings.js";
import type { TerminalsPanel } from "../terminals/terminalsPanel.js";
import type { Follow } from "./follow.js";

interface Parts {
  session: Session;
  panes: Panes;
  editor: EditorPane;
  files: FilesPanel;
  terminals: TerminalsPanel;
  run: RunControl;
  ports: Ports;
  previewPane: PreviewPane;
  mayEdit: () => boolean;
  showKeys: () => void;
  toggleTheme: () => void;
  save: () => void;
  keys: () => UserSettings["keys"];
  follow: Follow;
  followSomebody: () => void;
  share: () => void;
  settings: () => void;
  preview: (port: number) => void;
  /** Opens the line to pick files, or with `>` commands. */
  pick: (text: string) => void;
  search: (replace: boolean) => Promise<void>;
}

/** What the workbench can be told to do, and the keys for it. What a shell or the editor needs stays theirs. */
export function workbenchCommands(parts: Parts): Command[] {
  const { panes, editor, files, terminals, run, ports, previewPane, mayEdit } = parts;
  const inTerminal = () => terminals.element.contains(document.activeElement);
  const enter = (number: 1 | 2) => {
    panes.show("editor");
    editor.enter(number);
  };
  const newTerminal = () => {
    panes.show("terminal");
    void terminals.open();
  };
  const newFile = (kind: "file" | "folder") => void panes.showPanel("files").then(() => files.create(kind));
  const fileOpen = () => editor.active !== undefined;
  return [
    { id: "palette.show", group: "Workbench", title: "All commands", keys: ["Mod+Shift+P"], hidden: isFirefox, run: () => parts.pick(">") },
    { id: "palette.ask", group: "Workbench", title: "All commands", keys: ["Alt+P"], where: "outsideTerminal", hidden: !isFirefox, run: () => parts.pick(">") },
    { id: "keys.show", group: "Workbench", title: "Keys", keys: ["F1"], run: parts.showKeys },
    { id: "keys.ask", group: "Workbench", title: "Keys, by a question mark", keys: ["?"], where: "outsideText", hidden: true, run: parts.showKeys },
    { id: "theme.toggle", group: "Workbench", title: "Light or dark", run: parts.toggleTheme },
    { id: "git.show", group: "Workbench", title: "Source control", keys: ["Ctrl+Shift+G"], run: () => void panes.showPanel("git") },
    { id: "environment.show", group: "Workbench", title: "Environment", run: () => void panes.showPanel("environment") },
    { id: "settings.show", group: "Workbench", title: "Settings", keys: ["Mod+,"], run: parts.settings },
    { id: "share.show", group: "Workbench", title: "Share", run: parts.share },
    { id: "people.follow", group: "Workbench", title: "Follow a person", available: () => parts.follow.others.length > 0, run: parts.followSomebody },
    { id: "people.unfollow", group: "Workbench", title: "Stop following", available: () => parts.follow.user !== undefined, run: () => parts.follow.stop() },
    { id: "pane.next", group: "Workbench", title: "Next pane", keys: ["F6"], run: () => panes.step(1) },
    { id: "pane.former", group: "Workbench", title: "Former pane", keys: ["Shift+F6"], run: () => panes.step(-1) },
    { id: "side.toggle", group: "Workbench", title: "Show or hide the side panel", keys: ["Mod+B"], where: "outsideTerminal", run: () => panes.toggle("side") },
    { id: "terminal.toggle", group: "Workbench", title: "Show or hide the terminal", keys: ["Mod+J"], where: "outsideTerminal", run: () => panes.toggle("terminal") },
    { id: "terminal.between", group: "Workbench", title: "Between editor and terminal", keys: ["Ctrl+`"], run: () => panes.focus(inTerminal() ? "editor" : "terminal") },

    { id: "run.toggle", group: "Run", title: "Run or stop", keys: ["Mod+Enter"], available: mayEdit, run: () => void run.toggle() },
    { id: "run.restart", group: "Run", title: "Restart", keys: ["Mod+Shift+Enter"], available: mayEdit, run: () => void run.restart() },
    { id: "run.edit", group: "Run", title: "Edit the run command", available: mayEdit, run: () => void run.edit() },
    { id: "preview.show", group: "Run", title: "Show the preview", available: () => ports.list.length > 0, run: () => ports.list[0] !== undefined && parts.preview(ports.list[0]) },
    { id: "preview.hide", group: "Run", title: "Close the preview", available: () => panes.isOpen("preview"), run: () => panes.close("preview") },
    { id: "preview.share", group: "Run", title: "Share the preview by link", available: () => panes.isOpen("preview") && previewPane.mayShare, run: () => void previewPane.share() },
    { id: "preview.requests", group: "Run", title: "Show or hide the preview's requests", available: () => panes.isOpen("preview"), run: () => void previewPane.toggleRequests() },

    { id: "file.pick", group: "Files", title: "Open a file by name", keys: ["Mod+P"], where: "outsideTerminal", run: () => parts.pick("") },
    { id: "files.show", group: "Files", title: "Show the files", keys: ["Mod+Shift+E"], run: () => void panes.showPanel("files") },
    { id: "file.new", group: "Files", title: "New file", keys: ["Alt+N"], where: "outsideTerminal", available: mayEdit, run: () => newFile("file") },
    { id: "folder.new", group: "Files", title: "New folder", available: mayEdit, run: () => newFile("folder") },
    { id: "search.show", group: "Files", title: "Search in all files", keys: ["Mod+Shift+F"], run: () => void parts.search(false) },
    { id: "search.replace", group: "Files", title: "Replace in all files", keys: ["Mod+Shift+H"], available: mayEdit, run: () => void parts.search(true) },
    { id: "files.download", group: "Files", title: "Download all as zip", run: () => void files.download("", true) },

    // In emacs Ctrl S searches.
    { id: "file.save", group: "Editor", title: "Save", keys: ["Mod+S"], where: "outsideTerminal", available: () => fileOpen() && parts.keys() !== "emacs", run: parts.save },
    { id: "file.saveByName", group: "Editor", title: "Save", available: () => fileOpen() && parts.keys() === "emacs", run: parts.save },
    { id: "markdown.preview", group: "Editor", title: "Show or hide the preview of Markdown", keys: ["Mod+Shift+V"], where: "outsideTerminal", available: () => editor.isMarkdown, run: () => void editor.togglePreview() },
    { id: "editor.beside", group: "Editor", title: "Open to the side", keys: ["Mod+\\"], where: "outsideTerminal", available: () => fileOpen() && editor.hasRoom, run: () => editor.beside() },
    { id: "editor.first", group: "Editor", title: "First editor group", keys: ["Mod+1"], where: "outsideTerminal", run: () => enter(1) },
    { id: "editor.second", group: "Editor", title: "Second editor group", keys: ["Mod+2"], where: "outsideTerminal", available: () => editor.hasRoom, run: () => enter(2) },
    { id: "tab.close", group: "Editor", title: "Close the tab", keys: ["Alt+W"], where: "outsideTerminal", available: fileOpen, run: () => void editor.close() },
    { id: "tab.former", group: "Editor", title: "Former tab", keys: ["Alt+PageUp"], run: () => (inTerminal() ? terminals.step(-1) : editor.step(-1)) },
    { id: "tab.next", group: "Editor", title: "Next tab", keys: ["Alt+PageDown"], run: () => (inTerminal() ? terminals.step(1) : editor.step(1)) },

    { id: "terminal.new", group: "Terminal", title: "New terminal", keys: ["Alt+Shift+T"], available: mayEdit, run: newTerminal },
    { id: "terminal.split", group: "Terminal", title: "Two terminals beside each other", available: () => mayEdit() && !panes.narrow && !terminals.isSplit, run: () => {
      panes.show("terminal");
      void terminals.split();
    } },
    { id: "terminal.unsplit", group: "Terminal", title: "One terminal", available: () => terminals.isSplit, run: () => terminals.unsplit() },
    { id: "terminal.find", group: "Terminal", title: "Find in the terminal", keys: ["Alt+Shift+F"], run: () => terminals.find() },
    { id: "terminal.rename", group: "Terminal", title: "Rename the terminal", available: mayEdit, run: () => void terminals.rename() },
  ];
}
