// The made-up server that the pages are worked on with answers as docs/openapi.yaml says: every GET, and the same routes with the same roles.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const yaml = createRequire(`${root}frontend/package.json`)("js-yaml");
const contract = yaml.load(await readFile(`${root}docs/openapi.yaml`, "utf8"));

const typeOf = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value);
const isOf = (value, type) => typeOf(value) === type || (type === "number" && typeof value === "number");
const resolve = (schema) => (schema.$ref ? schema.$ref.slice(2).split("/").reduce((at, key) => at[key], contract) : schema);

// What of `value` is not as the schema says; of JSON Schema as far as the contract uses it.
function faults(value, given, at = "") {
  const schema = resolve(given);
  if (schema.oneOf) return schema.oneOf.some((one) => faults(value, one, at).length === 0) ? [] : [`${at}: none of ${schema.oneOf.length} kinds: ${JSON.stringify(value)?.slice(0, 80)}`];
  const out = (schema.allOf ?? []).flatMap((one) => faults(value, one, at));
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => isOf(value, type))) return [`${at}: is ${typeOf(value)}, not ${types.join(" or ")}`];
  if (schema.enum && value !== null && !schema.enum.includes(value)) out.push(`${at}: ${JSON.stringify(value)} is none of ${schema.enum.join(" ")}`);
  if (Array.isArray(value) && schema.items) out.push(...value.slice(0, 30).flatMap((one, place) => faults(one, schema.items, `${at}[${place}]`)));
  if (typeOf(value) !== "object") return out;
  for (const name of schema.required ?? []) if (!(name in value)) out.push(`${at}: '${name}' is missing`);
  for (const [name, one] of Object.entries(value)) {
    const inner = schema.properties?.[name];
    if (inner) out.push(...faults(one, inner, `${at}.${name}`));
    else if (schema.properties && schema.additionalProperties === undefined && !schema.allOf) out.push(`${at}: '${name}' is not in the contract`);
    else if (typeof schema.additionalProperties === "object") out.push(...faults(one, schema.additionalProperties, `${at}.${name}`));
  }
  return out;
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => probe.once("listening", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

let address, mock, cookie;
before(async () => {
  const port = await freePort();
  address = `http://127.0.0.1:${port}/api/v1`;
  mock = spawn(process.execPath, [`${root}frontend/mock/server.mjs`], { env: { ...process.env, PORT: String(port) }, stdio: "ignore" });
  for (let tries = 0; tries < 1200 && !cookie; tries += 1) {
    await new Promise((done) => setTimeout(done, 50));
    const answer = await fetch(`${address}/session`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: "admin", password: "x" }) }).catch(() => undefined);
    cookie = answer?.headers.get("set-cookie")?.split(";")[0];
  }
  assert.ok(cookie, "the mock server did not start");
});
after(() => mock?.kill());

const get = (path) => fetch(address + path, { headers: { Cookie: cookie, Authorization: "Bearer demo-en" } });
const first = async (path, name) => (await (await get(path)).json()).rows[0][name];

// Real ids in the place of the route's names.
async function placed(path) {
  const ids = {
    "/servers/{subject}": () => first("/servers?limit=1&at_least=backdoored", "subject"),
    "/organisations/{id}": () => first("/organisations?limit=1", "id"),
    "/cases/{number}": () => first("/cases?limit=1", "number"),
    "/notices/{id}/preview": () => first("/notices?limit=1", "id"),
    "/clusters/{id}": async () => (await (await get("/clusters")).json()).clusters[0].id,
  };
  if (!path.includes("{")) return path;
  return ids[path] ? path.replace(/\{\w+\}/, encodeURIComponent(await ids[path]())) : undefined;
}

const queries = { "/servers/export": "?format=json", "/organisations/export": "?format=json" };

for (const [path, item] of Object.entries(contract.paths)) {
  const schema = item.get?.responses["200"]?.content?.["application/json"]?.schema;
  if (!schema || item.servers) continue;
  test(`GET ${path} is as the contract says`, async (context) => {
    const target = await placed(path);
    if (target === undefined) return context.skip("nothing to ask for before something was uploaded");
    const answer = await get(target + (queries[path] ?? ""));
    assert.equal(answer.status, 200, await answer.clone().text());
    assert.deepEqual(faults(await answer.json(), schema), []);
  });
}

test("the mock has no route that the contract lacks, and asks for the same role", async () => {
  const { ROUTES } = await import(`${root}frontend/mock/api.mjs`);
  for (const [method, path, role] of ROUTES) {
    const pattern = path.replace(/:\w+/g, "{}");
    const known = Object.entries(contract.paths).find(([name]) => name.replace(/\{\w+\}/g, "{}") === pattern);
    assert.ok(known?.[1][method.toLowerCase()], `${method} ${path}`);
    assert.equal(known[1][method.toLowerCase()]["x-role"], role, `${method} ${path}`);
  }
});
