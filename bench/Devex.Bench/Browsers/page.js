// What benchmarks ask of a page, put into each before its own scripts: when something is on the screen for whoever sits before it. It is drawn when the frame that has it was
// made, which the first task after that frame knows; what comes after, in the compositor, is the same for every page.
(() => {
  if (window !== top) return;
  const frame = requestAnimationFrame.bind(window);
  const { port1, port2 } = new MessageChannel();
  const tasks = [];
  port1.onmessage = () => tasks.shift()();
  const soon = (task) => {
    tasks.push(task);
    port2.postMessage(null);
  };

  // Some pages change at once what a key changes, others while the next frame is made: only the first have to wait for one.
  let drawing = false;
  window.requestAnimationFrame = (callback) => frame((time) => {
    if (!drawing) {
      drawing = true;
      soon(() => {
        drawing = false;
      });
    }
    callback(time);
  });
  const drawn = () => new Promise((resolve) => {
    const done = () => resolve(performance.now());
    if (drawing) soon(done);
    else frame(() => soon(done));
  });

  const lines = (css, text) => [...document.querySelectorAll(css)].filter((line) => line.textContent.replaceAll("\u00a0", " ").includes(text));

  /** Where the line can be clicked, if nothing covers it. */
  const place = (css, text) => {
    for (const line of lines(css, text)) {
      const box = line.getBoundingClientRect();
      const at = { x: box.left + 60, y: box.top + box.height / 2 };
      if (box.width > 0 && line.contains(document.elementFromPoint(at.x, at.y))) return at;
    }
    return undefined;
  };

  /** Looks before each frame until there is something, or for so many milliseconds. */
  const look = (find, patience) => new Promise((resolve) => {
    const until = performance.now() + patience;
    const again = () => {
      const found = find();
      if (found !== undefined) soon(() => resolve({ time: performance.now(), ...found }));
      else if (performance.now() > until) resolve(null);
      else frame(again);
    };
    again();
  });

  /** The next key, with its time when it was pressed. */
  const nextKey = () => {
    const key = { time: undefined };
    const heard = (event) => {
      // Of Ctrl-C the second.
      if (event.key === "Control") return;
      removeEventListener("keydown", heard, true);
      key.time = event.timeStamp;
    };
    addEventListener("keydown", heard, true);
    return key;
  };

  // What came by WebSockets, as the page has it.
  let received = 0;
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        received += data.byteLength ?? data.size ?? data.length;
      });
    }
  };

  // xterm's object, where each page keeps it.
  const terminal = () => window.devexWorkbench?.terminal() ?? document.querySelector(".terminal-wrapper.active")?.xterm ?? window.term;

  let waiting;
  window.devexBench = {
    /** When a line of the editor can be seen and clicked, since the page was asked for, and where. */
    visible: (css, text, patience) => look(() => place(css, text), patience),

    /** From the next key until a line has the text, and until that is drawn, milliseconds: `took` has them. */
    expect(css, text) {
      const key = nextKey();
      waiting = new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (key.time === undefined || lines(css, text).length === 0) return;
          observer.disconnect();
          const changed = performance.now() - key.time;
          void drawn().then((time) => resolve({ changed, drawn: time - key.time }));
        });
        observer.observe(document, { subtree: true, childList: true, characterData: true });
      });
    },

    /** From the next key until the terminal's cursor stands in a line of just this text, milliseconds: `took` has it. */
    expectPrompt(prompt) {
      const key = nextKey();
      waiting = new Promise((resolve) => {
        const again = () => {
          if (key.time !== undefined && window.devexBench.line() === prompt) void drawn().then((time) => resolve({ drawn: time - key.time }));
          else setTimeout(again, 4);
        };
        again();
      });
    },

    took: () => waiting,

    /** The line of the terminal's cursor; undefined while there is no terminal. */
    line() {
      const buffer = terminal()?.buffer.active;
      return buffer?.getLine(buffer.baseY + buffer.cursorY)?.translateToString(true);
    },

    /** The line above that. */
    lineAbove() {
      const buffer = terminal().buffer.active;
      return buffer.getLine(buffer.baseY + buffer.cursorY - 1).translateToString(true);
    },

    /** Bytes that came by WebSockets so far. */
    received: () => received,

    /** Columns, rows, and the size of its drawing. */
    size() {
      const { cols, rows, element } = terminal();
      const { width, height } = element.querySelector(".xterm-screen").getBoundingClientRect();
      return { cols, rows, width, height };
    },
  };
})();
