// Outlines on a grid of 24, drawn for Devex.
const paths = {
  columns: ["M5 5h14v14H5z", "M12 5v14"],
  back: ["M15 5l-7 7 7 7"],
  history: ["M4 12a8 8 0 1 0 8-8 8.500 8.500 0 0 0-6.500 3L4 8.500", "M4 4v4.500h4.500", "M12 8v4.500l3 1.500"],
  files: ["M4 6a2 2 0 0 1 2-2h4l2 3h6a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2z"],
  folder: ["M4 6a2 2 0 0 1 2-2h4l2 3h6a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2z"],
  folderOpen: ["M4 18V6a2 2 0 0 1 2-2h4l2 3h6a2 2 0 0 1 2 2v2", "M4 18l3-7h15l-3 7a2 2 0 0 1-2 1.500H5a1 1 0 0 1-1-1.500z"],
  file: ["M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8z", "M14 3v5h5"],
  code: ["M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8z", "M10.500 12l-2 2.500 2 2.500", "M13.500 12l2 2.500-2 2.500"],
  text: ["M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8z", "M9 12h6", "M9 16h4"],
  image: ["M5 5h14v14H5z", "M5 16l4-4 4 4 2-2 4 4", "M14.500 9.500h.01"],
  data: ["M9 4c-2 0-3 1-3 3v2c0 2-1 3-2 3 1 0 2 1 2 3v2c0 2 1 3 3 3", "M15 4c2 0 3 1 3 3v2c0 2 1 3 2 3-1 0-2 1-2 3v2c0 2-1 3-3 3"],
  gear: ["M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z", "M12 3v3M12 18v3M3 12h3M18 12h3M5.600 5.600l2.100 2.100M16.300 16.300l2.100 2.100M5.600 18.400l2.100-2.100M16.300 7.700l2.100-2.100"],
  link: ["M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1", "M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1"],
  terminal: ["M5 7l5 5-5 5", "M12 18h7"],
  editor: ["M8 7l-5 5 5 5", "M16 7l5 5-5 5"],
  plus: ["M12 5v14", "M5 12h14"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  more: ["M5 12h.01", "M12 12h.01", "M19 12h.01"],
  chevron: ["M9 6l6 6-6 6"],
  play: ["M7 5l12 7-12 7z"],
  stop: ["M7 7h10v10H7z"],
  open: ["M13 5h6v6", "M19 5l-9 9", "M17 14v4a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1h4"],
  sun: ["M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M12 3v1M12 20v1M3 12h1M20 12h1M5.600 5.600l.700.700M17.700 17.700l.700.700M5.600 18.400l.700-.700M17.700 6.300l.700-.700"],
  moon: ["M20 14a8 8 0 1 1-10-10 6.500 6.500 0 0 0 10 10z"],
  keyboard: ["M4 7h16a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1z", "M7 10.500h.01M10.500 10.500h.01M14 10.500h.01M17 10.500h.01", "M8 14h8"],
  upload: ["M12 16V5", "M7 10l5-5 5 5", "M5 19h14"],
  refresh: ["M19 8a8 8 0 1 0 1 6", "M20 4v4h-4"],
  collapse: ["M8 4l4 4 4-4", "M8 20l4-4 4 4", "M5 12h14"],
  newFile: ["M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8z", "M14 3v5h5", "M12 11v6", "M9 14h6"],
  newFolder: ["M4 6a2 2 0 0 1 2-2h4l2 3h6a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2z", "M12 10.500v6", "M9 13.500h6"],
  people: ["M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z", "M3 20c0-4 2.500-6 6-6s6 2 6 6", "M16 4.500a3.500 3.500 0 0 1 0 6.500", "M18 14.500c2 .800 3 2.700 3 5.500"],
  search: ["M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12z", "M15.500 15.500L20 20"],
  replace: ["M5 7h9a4 4 0 0 1 4 4v1", "M15 9.500l3 3 3-3", "M19 17h-9a4 4 0 0 1-4-4v-1", "M9 14.500l-3-3-3 3"],
  share: ["M16 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6z", "M6 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z", "M16 22a3 3 0 1 0 0-6 3 3 0 0 0 0 6z", "M8.700 10.600l4.600-3.100M8.700 13.400l4.600 3.100"],
  key: ["M8 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z", "M12 12h9v3M17 12v2.500"],
  branch: ["M7 8a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z", "M7 21a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z", "M17 10a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z", "M7 8v8", "M17 10c0 4-4 4-10 6"],
  preview: ["M4 5h16v14H4z", "M4 9h16", "M7 7h.01"],
  restart: ["M19 8a8 8 0 1 0 1 6", "M20 4v4h-4"],
  split: ["M4 5h16v14H4z", "M12 5v14"],
  edit: ["M4 20h4L19 9l-4-4L4 16z", "M13 7l4 4"],
  eye: ["M3 12c2-4 5-6 9-6s7 2 9 6c-2 4-5 6-9 6s-7-2-9-6z", "M12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z"],
  trash: ["M5 7h14", "M10 4h4", "M7 7l1 13h8l1-13", "M10 11v5M14 11v5"],
  copy: ["M9 9h11v11H9z", "M15 9V4H4v11h5"],
  check: ["M5 12l5 5 9-10"],
  minus: ["M5 12h14"],
  up: ["M12 19V5", "M6 11l6-6 6 6"],
  down: ["M12 5v14", "M6 13l6 6 6-6"],
  undo: ["M9 7L4 12l5 5", "M4 12h10a6 6 0 0 1 6 6"],
  sliders: ["M4 7h8M18 7h2M15 4.500v5", "M4 17h2M12 17h8M9 14.500v5"],
  list: ["M9 6h11", "M9 12h11", "M9 18h11", "M4.500 6h.01", "M4.500 12h.01", "M4.500 18h.01"],
  warning: ["M12 4l9 16H3z", "M12 10v4", "M12 17h.01"],
} as const;

export type IconName = keyof typeof paths;

/** An outline that takes the colour of its text. */
export function icon(name: IconName, size = 18): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const attributes = {
    viewBox: "0 0 24 24", width: size, height: size, fill: "none", stroke: "currentColor", "stroke-width": 1.75, "stroke-linecap": "round",
    "stroke-linejoin": "round", "aria-hidden": "true", class: "dx-icon",
  };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, String(value));
  for (const d of paths[name]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
