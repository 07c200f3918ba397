// A server with made-up data, for working on the pages and for their pictures: `npm run mock`, then http://127.0.0.1:8480, name
// "anna", any password. It serves frontend/dist with the headers of the real one, so what breaks there breaks here.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { listen, Refusal, ROUTES, signedIn } from "./api.mjs";

const DIST = join(fileURLToPath(new URL(".", import.meta.url)), "..", "dist");
const PORT = Number(process.env.PORT ?? 8480);
const ROLES = ["viewer", "analyst", "operator", "admin"];
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json" };
const POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const sessions = new Map();

function sessionOf(request) {
  return sessions.get(/afterpatch_session=([^;]+)/.exec(request.headers.cookie ?? "")?.[1]);
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

function json(response, status, value, type = "application/json") {
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" });
  response.end(JSON.stringify(value));
}
const problem = (response, status, detail, type = "about:blank") => json(response, status, { type, title: detail, status, detail }, "application/problem+json");

function signIn(response, { name }) {
  if (!name || name === "nobody") return problem(response, 401, "Name or password is wrong.");
  const id = `s${Math.random()}`;
  const session = { name, role: ROLES.includes(name) ? name : "admin", csrf: `c${id}`, expires: "2099-01-01T00:00:00Z", version: "0.1.0", demo: true, agency: "CERT of Examplia" };
  sessions.set(id, session);
  signedIn(session);
  response.setHeader("Set-Cookie", `afterpatch_session=${id}; HttpOnly; SameSite=Strict; Path=/`);
  return json(response, 200, session);
}

function session(request, response, body) {
  const found = sessionOf(request);
  if (request.method === "POST") return signIn(response, body);
  if (!found) return problem(response, 401, "Sign in first.", "/problems/session-ended");
  if (request.method === "GET") return json(response, 200, found);
  for (const [id, one] of sessions) if (one === found) sessions.delete(id);
  return response.writeHead(204).end();
}

function events(request, response) {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  response.write(": hello\n\n");
  const stop = listen((words) => response.write(words));
  request.on("close", stop);
}

function refused(request, found, role) {
  if (role === "victim") return undefined;
  if (!found) return [401, "Sign in first.", "/problems/session-ended"];
  if (ROLES.indexOf(found.role) < ROLES.indexOf(role)) return [403, `This needs the role ${role}.`];
  if (!["GET", "HEAD"].includes(request.method) && request.headers["x-csrf-token"] !== found.csrf) return [403, "The page is out of date. Load it again.", "/problems/csrf"];
  return undefined;
}

function answer(response, given) {
  if (given?.status === undefined || given.json === undefined && given.text === undefined && given.headers === undefined && given.status !== 204) return json(response, 200, given);
  response.writeHead(given.status, { ...(given.json ? { "Content-Type": "application/json" } : {}), ...given.headers });
  return response.end(given.json ? JSON.stringify(given.json) : given.text);
}

function routed(method, path) {
  for (const [one, pattern, role, handler] of ROUTES) {
    const parts = new RegExp(`^${pattern.replace(/:id/g, "([^/]+)")}$`).exec(path);
    if (one === method && parts) return { role, handler, parts: parts.slice(1).map(decodeURIComponent) };
  }
  return undefined;
}

async function api(request, response, url) {
  const path = url.pathname.slice("/api/v1".length);
  const raw = await bodyOf(request);
  const isJson = request.headers["content-type"] === "application/json";
  const body = isJson && raw.length > 0 ? JSON.parse(raw.toString()) : {};
  if (path === "/session") return session(request, response, body);
  const found = sessionOf(request);
  if (path === "/events") return found ? events(request, response) : problem(response, 401, "Sign in first.");
  const route = routed(request.method, path);
  if (!route) return problem(response, 404, "There is no such address.");
  const refusal = refused(request, found, route.role);
  if (refusal) return problem(response, ...refusal);
  try {
    return answer(response, route.handler({ query: url.searchParams, session: found, body, raw, authorization: request.headers.authorization, uploadOffset: request.headers["upload-offset"] }, ...route.parts));
  } catch (error) {
    if (error instanceof Refusal) return problem(response, error.status, error.message, error.type);
    throw error;
  }
}

async function file(response, path) {
  const name = path.startsWith("/v/") ? "/v.html" : extname(path) === "" ? "/index.html" : normalize(path);
  try {
    const content = await readFile(join(DIST, name));
    response.writeHead(200, { "Content-Type": TYPES[extname(name)] ?? "application/octet-stream", "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer" });
    response.end(content);
  } catch {
    problem(response, 404, "No such file. Run `npm run build` first.");
  }
}

const server = createServer((request, response) => {
  const url = new URL(request.url, "http://mock");
  const work = url.pathname.startsWith("/api/v1/") ? api(request, response, url) : file(response, url.pathname);
  work.catch((error) => problem(response, 500, String(error)));
});
server.listen(PORT, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
