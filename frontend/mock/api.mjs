// The API of docs/openapi.yaml over the made-up country. One table of routes; state lives as long as the process.
import { CAMPAIGN, CASES, CLUSTERS, caseRow, NOW, notice, ORGANISATIONS, organisation, SERVERS, server, time } from "./country.mjs";
import { secondGroup, situation } from "./situation.mjs";
import { newUpload, shown, verdict, victim } from "./victim.mjs";

const SCANNED = 40_000; // filters look at this many rows: enough to look at, quick enough to type against
const NOTICES = 1_200;
const state = { notices: new Map(), views: new Map(), audit: [], victims: new Map(), listeners: new Set(), sending: null };

export class Refusal extends Error {
  constructor(status, detail, type = "about:blank") {
    super(detail);
    Object.assign(this, { status, type });
  }
}

function say(kind, more = {}) {
  for (const listener of state.listeners) listener(`event: ${kind}\ndata: ${JSON.stringify({ time: new Date().toISOString(), ...more })}\n\n`);
}
function audit(session, action, subject = "", outcome = "done") {
  state.audit.unshift({ id: state.audit.length + 1, time: new Date().toISOString(), actor: session?.name ?? "victim", role: session?.role ?? "victim", action, subject, address: "127.0.0.1", outcome });
}

const lists = new Map();
function filtered(name, total, make, query, match) {
  const key = `${name}?${[...query].filter(([one]) => !["offset", "limit"].includes(one)).sort().join("&")}`;
  if (!lists.has(key)) {
    const rows = [];
    for (let index = 0; index < Math.min(total, SCANNED); index += 1) {
      const row = make(index);
      if (match(row)) rows.push(row);
    }
    const sort = query.get("sort");
    if (sort) rows.sort((a, b) => String(a[sort] ?? "").localeCompare(String(b[sort] ?? ""), "en", { numeric: true }));
    if (query.get("descending") === "true") rows.reverse();
    lists.set(key, rows);
  }
  return lists.get(key);
}

function page(name, total, make, query, fields, searched) {
  const offset = Number(query.get("offset") ?? 0);
  const limit = Math.min(500, Number(query.get("limit") ?? 100));
  const filters = [...query].filter(([one]) => !["offset", "limit", "sort", "descending", "format"].includes(one));
  const unknown = filters.find(([one]) => one !== "search" && !(one in fields));
  if (unknown) throw new Refusal(400, `There is no parameter "${unknown[0]}".`);
  if (filters.length === 0 && !query.get("sort") && query.get("descending") !== "true") {
    return { rows: Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, place) => make(offset + place)), total };
  }
  const search = (query.get("search") ?? "").toLowerCase();
  const match = (row) => filters.every(([one, value]) => (one === "search" ? searched(row).toLowerCase().includes(search) : fields[one](row, value)));
  const rows = filtered(name, total, make, query, match);
  return { rows: rows.slice(offset, offset + limit), total: rows.length };
}

const WORSE = ["not-hunted", "no-evidence", "probed", "exploited", "backdoored", "re-entered"];
const is = (field) => (row, value) => row[field] === value;
const SERVER_FIELDS = {
  country: is("country"), region: is("region"), network: is("network"), sector: is("sector"), organisation: is("organisation"), exposure: is("exposure"), compromise: is("compromise"), case_state: is("case_state"), cluster: is("cluster"), campaign: is("campaign"),
  present: (row, value) => String(row.present) === value, at_least: (row, value) => WORSE.indexOf(row.compromise) >= WORSE.indexOf(value),
};
const serverPage = (query) => page("servers", SERVERS, server, query, SERVER_FIELDS, (row) => `${row.subject} ${row.name} ${row.organisation} ${row.organisation_name}`);
const organisationPage = (query) => page("organisations", ORGANISATIONS, organisation, query, { country: is("country"), region: is("region"), sector: is("sector") }, (row) => `${row.id} ${row.name}`);
const casePage = (query) => page("cases", CASES, caseRow, query, { state: is("state"), reason: is("reason"), organisation: is("organisation"), channel: is("channel"), campaign: is("campaign") }, (row) => `${row.number} ${row.organisation} ${row.organisation_name}`);
const noticeAt = (index) => notice(index, state.notices.get(index));

function noticePage(query) {
  const rows = page("notices", NOTICES, noticeAt, query, { state: is("state"), channel: is("channel"), campaign: () => true }, (row) => `${row.id} ${row.recipient} ${row.organisation_name}`);
  const states = {};
  for (let index = 0; index < NOTICES; index += 1) {
    const { state: one, channel } = noticeAt(index);
    if (!query.get("channel") || query.get("channel") === channel) states[one] = (states[one] ?? 0) + 1;
  }
  return { ...rows, states };
}

function findServer(subject) {
  for (let index = 0; index < SCANNED; index += 1) {
    const row = server(index);
    if (row.subject === subject) return row;
  }
  throw new Refusal(404, `No server ${subject} is known. Look for it by name.`);
}

function serverDetail(subject) {
  const row = findServer(subject);
  const hit = WORSE.indexOf(row.compromise) >= 3;
  const span = (first, last, exposure) => ({ source: "scan", first_seen: first, last_seen: last, exposure, confidence: row.confidence, builds: row.builds, content: { product: "exchange", builds: [row.builds], evidence: ["X-OWA-Version"] } });
  const evidence = hit ? [
    { time: row.exploited, title: "Request for a path that only the flaw uses", level: "high", step: "exploit", source: "upload", artefact: "inetpub\\logs\\LogFiles\\W3SVC1\\u_ex210303.log", place: "line 18 244", raw: "2021-03-03 05:12:07 198.18.7.21 POST /ecp/y.js - 443 - 203.0.113.7 python-requests/2.25.1 - 200 0 0 312" },
    { time: row.exploited, title: "User agent with markup in it", level: "low", step: "probe", source: "upload", artefact: "inetpub\\logs\\LogFiles\\W3SVC1\\u_ex210303.log", place: "line 18 301", raw: '2021-03-03 05:12:44 198.18.7.21 GET /owa/auth/x.js - 443 - 203.0.113.7 <img+src=x+onerror=alert(1)>\u202egnp.exe - 404 0 2 15' },
  ] : [];
  const ranges = [{ first: time(-10), last: time(3) }, { first: time(7), last: time(30) }];
  return {
    server: row, owner: row.organisation ? { organisation: row.organisation, method: "certificate-name", confidence: "likely", others: [] } : null,
    spans: row.exposure === "patched" ? [span(time(-1), time(12), "unpatched"), span(time(14), row.last_seen, "patched")] : [span(time(-1), row.last_seen, row.exposure)],
    hunts: row.hunted ? [{ time: row.hunted, source: "hunt", campaign: CAMPAIGN, compromise: row.compromise, confidence: row.compromise_confidence || "possible", exploited: row.exploited, backdoored: row.backdoored, reentered: row.reentered, patched: null, door_present: row.door_present, mail_accessed: row.mail_accessed, credentials_exposed: row.credentials_exposed, build: row.builds, report: "a".repeat(64), marks: hit ? [{ kind: "door-path", value: "aspnet_client/discover.aspx" }, { kind: "address", value: "203.0.113.7" }] : [] }] : [],
    evidence, evidence_total: evidence.length, coverage: row.hunted ? [{ log: "IIS", needed_from: time(-1), needed_to: time(30), ranges, says: "Four days in the midst are missing: what happened then can't be known." }, { log: "ECP", needed_from: time(-1), needed_to: time(30), ranges: [{ first: time(-5), last: time(30) }], says: "Complete." }] : [],
    statements: [{ id: 3, time: row.first_seen, received: row.first_seen, source: "operator:anna", kind: "owner-decided", subject_kind: "server", subject, content: { organisation: row.organisation } }],
  };
}

const clusterRow = (id, place) => ({ id, servers: [11_400, 5_710, 2_690, 1_830, 1_120][place], also: [820, 1_204, 88, 31, 0][place], organisations: [9_800, 4_900, 2_300, 1_700, 1_010][place], reentered: [610, 1_120, 40, 12, 4][place], first: time(place * 2 + (place === 0 ? -1 : 0), 4), last: time(18 + place * 3), before_patch: place === 0 ? 310 : 0, marks: clusterMarks(place).slice(0, 4) });
const clusterMarks = (place) => [["door-path", ["aspnet_client/discover.aspx", "owa/auth/RedirSuiteServerProxy.aspx", "aspnet_client/system_web/8aUd1.aspx", "owa/auth/load.aspx", "ecp/auth/one.aspx"][place], 8.1], ["parameter", ["orange", "Ananas", "o", "p", "q"][place], 6.4], ["address", `203.0.113.${7 + place}`, 5.2], ["user-agent", "python-requests/2.25.1", 0.4], ["url", "http://f/", 3.3]].map(([kind, value, weight], rank) => ({ kind, value, weight, servers: 9_000 - rank * 1_700 - place * 300, elsewhere: rank * 210 }));
const clusters = () => ({ clusters: CLUSTERS.map(clusterRow), unclustered: 8_890, overlaps: [{ first: "C-01", second: "C-02", servers: 1_204 }, { first: "C-01", second: "C-03", servers: 88 }, { first: "C-02", second: "C-04", servers: 31 }], second_group: secondGroup() });

function clusterDetail(id) {
  const place = CLUSTERS.indexOf(id);
  if (place < 0) throw new Refusal(404, `No cluster ${id}.`);
  const days = situation().epidemic.slice(place * 2, 24 + place * 3).map((one) => ({ day: one.day, servers: Math.round(one.exploited / (2 + place * 2)) }));
  const pairs = secondGroup().pairs.filter((pair) => pair.first === id || pair.second === id);
  const members = Array.from({ length: 40 }, (_, at) => server(at * 3 + place)).map((row, at) => ({ subject: row.subject, name: row.name, organisation: row.organisation, organisation_name: row.organisation_name, exploited: row.exploited, also: at > 30, marks: at % 2 ? [0, 1, 2] : [1, 2, 4] }));
  return { cluster: clusterRow(id, place), marks: clusterMarks(place), days, pairs, members, members_total: clusterRow(id, place).servers + clusterRow(id, place).also };
}

function caseDetail(number) {
  const index = Number(number.slice(8)) - 1;
  if (!(index >= 0 && index < CASES)) throw new Refusal(404, `No case ${number}.`);
  const one = caseRow(index);
  const said = (id, kind, at, source, content) => ({ id, time: at, received: at, source, kind, subject_kind: "case", subject: number, content });
  return { case: one, servers: [server(index)], notices: [noticeAt(index)], uploads: [], links: [], statements: [said(1, "case-opened", one.opened, "notify", { reason: one.reason }), ...(one.notified ? [said(2, "notice-sent", one.notified, "smtp", { reply: "250 2.0.0 queued" })] : []), ...(one.acknowledged ? [said(4, "acknowledged", one.acknowledged, "victim", {})] : [])] };
}

function organisationDetail(id) {
  const index = Number(id.slice(3));
  const one = organisation(index);
  if (one.id !== id) throw new Refusal(404, `No organisation ${id}.`);
  return { organisation: one, domains: [`${one.id}.example`], networks: ["198.18.7.0/24"], contacts: [{ channel: "email", value: `security@${one.id}.example`, language: "de", source: "security.txt", learnt: time(1), on_hit_domain: true }, { channel: "letter", value: `${one.name}, IT management, Example Street 1`, language: "de", source: "list", learnt: time(-200), on_hit_domain: false }], cases: index < CASES ? [caseRow(index)] : [] };
}

function preview(id) {
  const one = noticeAt(Number(id.slice(8, 14)) - 1);
  return {
    notice: one, subject: `[${one.case_number}] Security notice about your mail server mail.example`,
    body: `To whom runs the mail server of ${one.organisation_name}\n\nWe are the CERT of Examplia. You can check that this is from us: call +49 30 5550 1200, or see https://cert.example/verify\n\nYOUR SERVER  198.18.7.21 (mail.example), build 15.1.2176.2, seen on 9 April 2021, 03:00 UTC\nIt can be taken over from the internet, and signs show that this has happened.\n\nWHAT TO DO, IN THIS ORDER\n1. Take it off the internet.\n2. Save the logs.\n3. See the steps for your server: https://cert.example/v/(link)\n\nNot your server? Tell us by answering, with the number ${one.case_number}.\n`,
    headers: [{ name: "From", value: "CERT of Examplia <response@cert.example>" }, { name: "Auto-Submitted", value: "auto-generated" }], attachments: [{ name: "xarf.json", type: "application/json", bytes: 612, text: '{"xarf_version": "4.0.0", "category": "vulnerability"}' }],
  };
}

function changeNotices(body, from, to) {
  let changed = 0;
  let left = 0;
  const wanted = body.ids ? new Set(body.ids) : undefined;
  for (let index = 0; index < NOTICES; index += 1) {
    const one = noticeAt(index);
    if (wanted ? !wanted.has(one.id) : body.channel && body.channel !== one.channel) continue;
    if (from.includes(one.state)) {
      state.notices.set(index, to);
      changed += 1;
    } else if (wanted) left += 1;
  }
  lists.clear();
  say("notices");
  return { changed, left };
}

function startSending() {
  const queue = [];
  for (let index = 0; index < NOTICES; index += 1) if (noticeAt(index).state === "approved") queue.push(index);
  let sent = 0;
  const step = () => {
    for (const index of queue.slice(sent, sent + 20)) state.notices.set(index, "sent");
    sent = Math.min(queue.length, sent + 20);
    lists.clear();
    say("sending", { sending: { running: sent < queue.length, queued: queue.length - sent, sent, failed: 0 } });
    say("notices");
    if (sent < queue.length) setTimeout(step, 150);
  };
  setTimeout(step, 100);
  return { running: queue.length > 0, queued: queue.length, sent: 0, failed: 0 };
}

function effect() {
  const part = (count, of) => ({ count, of, low: Math.max(0, count / of - 0.02), high: Math.min(1, count / of + 0.02) });
  const row = (by, value, of, reached, fixed) => ({ by, value, reached: part(Math.round(of * reached), of), acknowledged: part(Math.round(of * reached * 0.7), of), fixed: part(Math.round(of * fixed), of) });
  return { groups: [row("all", "", 26_118, 0.39, 0.31), row("channel", "email", 15_600, 0.24, 0.22), row("channel", "letter", 6_900, 0.63, 0.46), row("channel", "phone", 1_300, 0.81, 0.6), row("sector", "nace:Q", 3_100, 0.44, 0.35), row("reason", "backdoored", 2_600, 0.38, 0.3)],
    as_of: time(37), hold_back: { cases: 2_600, held_days: 1_290, told_days: 1_310, patched_held: 61, patched_told: 94, expected_told: 78.1, chi_square: 6.51, p: 0.011, early: part(412, 1_300), late: part(371, 1_300), difference: { share: 0.032, low: -0.003, high: 0.066 } } };
}

const campaigns = () => ({ campaigns: [
  { id: CAMPAIGN, name: "Exchange 2021 (ProxyLogon)", flaws: ["CVE-2021-26855", "CVE-2021-26857", "CVE-2021-26858", "CVE-2021-27065"], window_from: "2021-01-03T00:00:00Z", window_to: "2021-04-30T00:00:00Z", timeline: [["2021-01-05T00:00:00Z", "reported to the maker"], ["2021-02-27T00:00:00Z", "mass scanning begins"], ["2021-03-02T21:00:00Z", "patch published"], ["2021-03-10T18:00:00Z", "public exploit"]].map(([at, label]) => ({ time: at, label })), servers_hit: 31_640, cases: 30_000 },
  { id: "exchange-2021-proxyshell", name: "Exchange 2021 (ProxyShell)", flaws: ["CVE-2021-34473", "CVE-2021-34523", "CVE-2021-31207"], window_from: "2021-08-06T00:00:00Z", window_to: null, timeline: [{ time: "2021-08-05T00:00:00Z", label: "talk with details" }], servers_hit: 0, cases: 0 },
] });

function ofToken(context) {
  const token = /^Bearer (demo[a-z-]*)$/.exec(context.authorization ?? "")?.[1];
  if (!token) throw new Refusal(404, "This link is not valid, or not any more. Please call the number in our message.");
  if (!state.victims.has(token)) state.victims.set(token, victim(token));
  return state.victims.get(token);
}

function victimStatement(context) {
  const one = ofToken(context);
  const { kind, step } = context.body;
  const now = new Date().toISOString();
  if (kind === "step-done") one.done.set(step, now);
  else if (kind === "step-undone") one.done.delete(step);
  else one.statements.push({ time: now, kind });
  audit(null, `victim.${kind}`, "AP-2021-000017");
  say("cases");
}

function createUpload(context) {
  const { uploads } = ofToken(context);
  const { name, bytes } = context.body;
  const begun = [...uploads.values()].find((one) => one.name === name && one.bytes === bytes && one.state === "receiving");
  if (begun) return shown(begun);
  const made = newUpload(name, bytes, `u${uploads.size + 1}`);
  uploads.set(made.id, made);
  return shown(made);
}

function oneUpload(context, id) {
  const found = ofToken(context).uploads.get(id);
  if (!found) throw new Refusal(404, "No such upload.");
  return found;
}

function append(context, id) {
  const one = oneUpload(context, id);
  if (Number(context.uploadOffset) !== one.offset) return { status: 409, headers: { "Upload-Offset": one.offset }, json: { type: "about:blank", title: "Another offset is expected", status: 409 } };
  one.hash.update(context.raw);
  one.offset += context.raw.length;
  if (one.offset === one.bytes) hunt(one);
  return { status: 204, headers: { "Upload-Offset": one.offset } };
}

function hunt(one) {
  Object.assign(one, { state: "queued", sha256: one.hash.digest("hex") });
  const at = (delay, change) => setTimeout(() => Object.assign(one, change), delay);
  at(600, { state: "hunting", progress: 0.2 });
  at(1_400, { progress: 0.7 });
  at(2_200, { state: "done", progress: 1, verdict: verdict(), report: true });
}

const COLLECTOR = "# Collecting what a hunt needs\n\n1. Copy `afterpatch-collect.exe` to the server.\n2. Run it from an administrator's prompt: `afterpatch-collect.exe --out D:\\collection.zip`\n3. Upload `collection.zip` on your page.\n";

// [method, path, role, handler(context, ...parts)]; a handler gives JSON, or {status, headers, json | text}.
export const ROUTES = [
  ["GET", "/situation", "viewer", () => situation()],
  ["GET", "/servers", "viewer", ({ query }) => serverPage(query)],
  ["GET", "/servers/export", "analyst", ({ query, session }) => (audit(session, "servers.export"), { status: 200, headers: { "Content-Type": "text/csv", "Content-Disposition": 'attachment; filename="servers.csv"' }, text: `subject,exposure\n${serverPage(new URLSearchParams([...query].filter(([name]) => name !== "format"))).rows.map((row) => `${row.subject},${row.exposure}`).join("\n")}\n` })],
  ["GET", "/servers/:id", "viewer", (_, id) => serverDetail(id)],
  ["GET", "/organisations", "viewer", ({ query }) => organisationPage(query)],
  ["GET", "/organisations/:id", "analyst", ({ session }, id) => (audit(session, "organisations.read", id), organisationDetail(id))],
  ["GET", "/clusters", "viewer", () => clusters()],
  ["GET", "/clusters/:id", "viewer", (_, id) => clusterDetail(id)],
  ["GET", "/cases", "viewer", ({ query }) => casePage(query)],
  ["GET", "/cases/:id", "analyst", ({ session }, id) => (audit(session, "cases.read", id), caseDetail(id))],
  ["POST", "/cases/:id/statements", "operator", ({ session, body }, id) => (audit(session, `cases.${body.kind}`, id), caseDetail(id).case)],
  ["POST", "/cases/:id/link", "operator", ({ session }, id) => (audit(session, "cases.link", id), { url: `http://127.0.0.1:8480/v/demo`, expires: "2021-06-08T06:00:00Z" })],
  ["DELETE", "/cases/:id/link", "operator", () => ({ status: 204 })],
  ["GET", "/notices", "viewer", ({ query }) => noticePage(query)],
  ["GET", "/notices/effect", "viewer", () => effect()],
  ["POST", "/notices/plan", "operator", ({ session, body }) => (audit(session, "notices.plan"), { cases_opened: body.dry_run ? 0 : 214, servers_added: 230, notices_planned: 214, by_channel: { email: 120, letter: 80, provider: 14 }, not_planned: [{ why: "no owner is known", count: 31 }] })],
  ["POST", "/notices/approve", "operator", ({ session, body }) => (audit(session, "notices.approve"), changeNotices(body, ["planned"], "approved"))],
  ["POST", "/notices/cancel", "operator", ({ session, body }) => (audit(session, "notices.cancel"), changeNotices(body, ["planned", "approved"], "cancelled"))],
  ["POST", "/notices/send", "operator", ({ session }) => (audit(session, "notices.send"), { status: 202, json: startSending() })],
  ["GET", "/notices/:id/preview", "analyst", (_, id) => preview(id)],
  ["GET", "/campaigns", "viewer", () => campaigns()],
  ["GET", "/views", "viewer", () => ({ views: [...state.views.values()] })],
  ["POST", "/views", "viewer", ({ body }) => { const one = { id: `v${Date.now()}`, mine: true, shared: false, ...body }; state.views.set(one.id, one); return one; }],
  ["DELETE", "/views/:id", "viewer", (_, id) => (state.views.delete(id), { status: 204 })],
  ["GET", "/audit", "admin", ({ query }) => { const rows = state.audit.filter((one) => !query.get("actor") || one.actor === query.get("actor")); return { rows: rows.slice(Number(query.get("offset") ?? 0)).slice(0, 100), total: rows.length }; }],
  ["GET", "/victim/case", "victim", (context) => ofToken(context).view()],
  ["POST", "/victim/statements", "victim", (context) => (victimStatement(context), { status: 204 })],
  ["GET", "/victim/collector", "victim", (context) => (ofToken(context), { status: 200, headers: { "Content-Type": "text/markdown" }, text: COLLECTOR })],
  ["POST", "/victim/uploads", "victim", (context) => ({ status: 201, json: createUpload(context) })],
  ["HEAD", "/victim/uploads/:id", "victim", (context, id) => { const one = oneUpload(context, id); return { status: 200, headers: { "Upload-Offset": one.offset, "Upload-Length": one.bytes } }; }],
  ["GET", "/victim/uploads/:id", "victim", (context, id) => shown(oneUpload(context, id))],
  ["PATCH", "/victim/uploads/:id", "victim", (context, id) => append(context, id)],
  ["DELETE", "/victim/uploads/:id", "victim", (context, id) => (oneUpload(context, id), ofToken(context).uploads.delete(id), { status: 204 })],
  ["GET", "/victim/uploads/:id/report", "victim", (context, id) => (oneUpload(context, id), { status: 200, headers: { "Content-Type": "text/html" }, text: "<!doctype html><title>Report</title><p>Made up." })],
];

export function listen(write) {
  state.listeners.add(write);
  return () => state.listeners.delete(write);
}
export const signedIn = (session) => audit(session, "session.sign-in");
export { NOW };
