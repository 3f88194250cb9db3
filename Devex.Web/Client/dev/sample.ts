/** A small workspace to look at. */
export const sample: Record<string, string> = {
  "src/main.js": `import { createServer } from "node:http";
import { greet } from "./greet.js";

const port = Number(process.env.PORT ?? 3000);

// Answers every request with a greeting.
const server = createServer((request, response) => {
  const name = new URL(request.url, "http://localhost").searchParams.get("name") ?? "Devex";
  response.writeHead(200, { "Content-Type": "text/plain" });
  response.end(greet(name) + "\\n");
});

server.listen(port, () => {
  console.log(\`Listening on \${port}\`);
});
`,
  "src/greet.js": "/** @param {string} name */\nexport function greet(name) {\n  return `Hello, ${name}!`;\n}\n",
  "src/lib/colours.css": ":root {\n  --accent: #7c9cff;\n}\n\nbody { color: var(--accent); }\n",
  "tests/greet.test.js": "import { test } from \"node:test\";\n",
  "README.md": "# Hello\n\nA *small* server. Run it with `node src/main.js`.\n\n- one\n- two\n",
  "package.json": "{\n  \"name\": \"hello\",\n  \"type\": \"module\",\n  \"scripts\": { \"start\": \"node src/main.js\" }\n}\n",
  "data/points.csv": "x,y\n1,2\n3,4\n",
  ".env.example": "PORT=3000\n",
  "windows.txt": "one\r\ntwo\r\n",
};
