// What benchmarks ask of a page, put into each before its own scripts: when something is on the screen for whoever sits before it. It is drawn when the frame that has it was
// made, which the first task after that frame knows; what comes after, in the compositor, is the same for every page. Scripts for a frame, its styles, layout, painting and
// hand-over are one task of the page, so that this holds whoever asks for frames: the clock of a screen, or nobody, where each begins when the one before is done.
(() => {
  if (window !== top) return;
  const frame = requestAnimationFrame.bind(window);
  // Of all tasks that wait when the frame is made, this one is next.
  const soon = (task) => void scheduler.postTask(task, { priority: "user-blocking" });

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

  /** The next key, with its time when it was pressed: the browser's, which is earlier than when the page hears of it. */
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

  /** What stands before the terminal's cursor, in as many lines as so many characters take: a command may be longer than a line. */
  const written = (length) => {
    const buffer = terminal().buffer.active;
    let row = buffer.baseY + buffer.cursorY;
    let text = buffer.getLine(row).translateToString(true);
    while (text.length < length && row > 0) text = buffer.getLine(--row).translateToString() + text;
    return text;
  };

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

    /** Once the terminal shows what was typed. */
    shown: (text) => new Promise((resolve) => {
      const again = () => {
        if (written(text.length).endsWith(text)) resolve();
        else setTimeout(again, 4);
      };
      again();
    }),

    /** From the next key until the terminal's cursor stands in a line of just this text, where it does not stand before; milliseconds: `took` has it. */
    expectPrompt(prompt) {
      if (window.devexBench.line() === prompt) throw new Error("The prompt that the key is to bring is there before it.");
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

    /** Frames a second that the browser makes when each has something new: a point that changes its colour. */
    frames: () => new Promise((resolve) => {
      const point = document.createElement("div");
      point.style.cssText = "position: fixed; left: 0; top: 0; width: 1px; height: 1px; z-index: 100000";
      document.body.append(point);
      const from = performance.now();
      let made = 0;
      const again = () => {
        const passed = performance.now() - from;
        if (passed < 1000) {
          point.style.background = made++ % 2 === 0 ? "black" : "white";
          frame(again);
        } else {
          point.remove();
          resolve(made / passed * 1000);
        }
      };
      frame(again);
    }),

    /** Columns, rows, and the size of its drawing. */
    size() {
      const { cols, rows, element } = terminal();
      const { width, height } = element.querySelector(".xterm-screen").getBoundingClientRect();
      return { cols, rows, width, height };
    },
  };
})();
