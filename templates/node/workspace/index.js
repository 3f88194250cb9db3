// A web server that greets you. Press Run, then open the preview.
import { createServer } from "node:http";
import { greet } from "./greet.js";

const port = process.env.PORT ?? 3000;

createServer((request, response) => {
  const { searchParams } = new URL(request.url, "http://localhost");
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.end(`<h1>${greet(searchParams.get("name") ?? "world")}</h1>\n<p>Change index.js and run it again.</p>\n`);
}).listen(port, () => console.log(`Listening on http://localhost:${port}`));
