// A made-up country for looking at the pages: servers, organisations, cases, notices in the shapes of docs/openapi.yaml. Row
// number i is worked out from i alone, so 400,000 servers cost no memory. Nothing here is true, and no rule is proved with it.
import { chance } from "./random.mjs";

export const SERVERS = 400_000;
export const ORGANISATIONS = 262_000;
export const CASES = 30_000;
export const CAMPAIGN = "exchange-2021-proxylogon";
export const NOW = "2021-04-09T06:00:00Z";
export const CLUSTERS = ["C-01", "C-02", "C-03", "C-04", "C-05"];

const COUNTRIES = [["DE", 34], ["US", 22], ["GB", 9], ["FR", 7], ["NL", 6], ["IT", 6], ["AT", 4], ["CH", 3], ["ES", 3], ["PL", 2], ["CZ", 2], ["SE", 1.4], ["BR", 1.5], ["AU", 1.4], ["IN", 1.2], ["JP", 1], ["CA", 1.6], ["ZA", 0.6], ["MX", 0.6], ["TR", 0.7], ["BE", 1], ["DK", 0.8], ["NO", 0.7], ["FI", 0.6], ["", 0.4]];
const SECTORS = [["nace:C", 17], ["nace:G", 16], ["nace:M", 15], ["nace:O", 10], ["nace:Q", 9], ["nace:P", 8], ["nace:F", 7], ["nace:J", 6], ["nace:K", 4], ["nace:H", 4], ["nace:D", 2], ["nace:E", 1.5], ["", 5]];
const NETWORKS = ["AS3320", "AS8881", "AS680", "AS7018", "AS3209", "AS5432", "AS1136", "AS3215"];
const NAMES = ["Nordmark", "Lindau", "Falkenried", "Brigg & Sons", "Halden", "Sonnfeld", "Marais", "Ostrava Line", "Tamarind", "Quillon", "Ebersbach", "Korrel", "Vesterholm", "Albion Mills", "Castellane", "Rosental"];
const KINDS = ["clinic", "logistics", "school board", "municipality", "engineering", "law office", "foods", "water works", "holding", "trading"];
const BUILDS = [["15.1.2176.2", 5], ["15.1.2176.9", 6], ["15.2.792.3", 4], ["15.2.792.10", 6], ["15.0.1497.2", 2], ["15.0.1497.12", 2], ["15.1.1913.5", 2], ["14.3.123.4", 1], ["", 3]];

const time = (days, hours = 0) => new Date(Date.UTC(2021, 1, 27) + days * 86_400_000 + hours * 3_600_000).toISOString().replace(".000", "");
const two = (number) => String(number).padStart(2, "0");

export function organisation(index) {
  const draw = chance(900_000 + index);
  const country = draw.weighted(COUNTRIES);
  const name = `${draw.of(NAMES)} ${draw.of(KINDS)} ${index % 97 === 0 ? '<script>alert("x")</script>' : ""}`.trim();
  const servers = draw.is(0.9) ? 1 : 1 + draw.below(5);
  const worst = draw.weighted([["not-hunted", 70], ["no-evidence", 9], ["probed", 7], ["exploited", 5], ["backdoored", 7], ["re-entered", 0.6]]);
  return {
    id: `${(country || "xx").toLowerCase()}-${String(index).padStart(6, "0")}`, name, country, region: country === "DE" ? draw.of(["Bayern", "Hessen", "Sachsen", "Berlin"]) : "",
    sector: draw.weighted(SECTORS), servers, open: draw.is(0.14) ? 1 : 0, compromise: worst, case_number: index < CASES ? caseNumber(index) : "", case_state: index < CASES ? caseRow(index).state : "",
  };
}

export const caseNumber = (index) => `AP-2021-${String(index + 1).padStart(6, "0")}`;

const STATES = [["planned", 6], ["approved", 3], ["sent", 22], ["delivered", 18], ["reached", 12], ["acknowledged", 8], ["patched", 9], ["cleaning", 4], ["hunted", 3], ["clean", 5], ["rechecked", 1], ["bounced", 7], ["silent", 12], ["unreachable", 2], ["reopened", 0.4]];
const AFTER = ["sent", "delivered", "reached", "acknowledged", "patched", "cleaning", "hunted", "clean", "rechecked"];

export function caseRow(index) {
  const draw = chance(500_000 + index);
  const state = draw.weighted(STATES);
  const rank = AFTER.indexOf(state);
  const opened = 8 + draw.below(10);
  const at = (step, days) => (rank >= step ? time(opened + days, draw.below(24)) : null);
  const one = organisationName(index);
  return {
    number: caseNumber(index), organisation: one.id, organisation_name: one.name, campaign: CAMPAIGN, reason: draw.weighted([["unpatched", 60], ["exploited", 12], ["backdoored", 26], ["re-entered", 2]]),
    state, state_since: time(opened + 6 + draw.below(15), draw.below(24)), opened: time(opened), held_until: draw.is(0.1) ? time(opened, 14) : null,
    notified: rank >= 0 || ["bounced", "silent", "unreachable"].includes(state) ? time(opened + 1, 9) : null, reached: at(2, 3), acknowledged: at(3, 4), patched: at(4, 5), hunted: at(6, 8), clean: at(7, 10), recheck_due: rank >= 7 ? time(opened + 40) : null,
    channel: draw.weighted([["email", 60], ["letter", 25], ["phone", 5], ["provider", 10]]), text: "compromised-1",
  };
}

// Only the name, since organisation() asks for its case.
function organisationName(index) {
  const draw = chance(900_000 + index);
  const country = draw.weighted(COUNTRIES);
  return { id: `${(country || "xx").toLowerCase()}-${String(index).padStart(6, "0")}`, name: `${draw.of(NAMES)} ${draw.of(KINDS)}` };
}

export function server(index) {
  const draw = chance(index);
  const owner = index % ORGANISATIONS;
  const attributed = draw.is(0.93);
  const one = attributed ? organisation(owner) : { id: "", name: "", country: draw.weighted(COUNTRIES), region: "", sector: "" };
  const exposure = draw.weighted([["patched", 66], ["unpatched", 9], ["unsupported", 3], ["build-ambiguous", 14], ["unknown", 6], ["not-affected", 2]]);
  const compromise = draw.weighted([["not-hunted", 82], ["no-evidence", 6], ["probed", 4], ["exploited", 2], ["backdoored", 5.5], ["re-entered", 0.5]]);
  const hit = ["exploited", "backdoored", "re-entered"].includes(compromise);
  const hitDay = draw.weighted([[draw.below(4), 10], [4 + draw.below(4), 55], [8 + draw.below(12), 35]]);
  const address = index % 41 === 0 ? `2001:db8:${(index >> 8).toString(16)}::${(index % 256).toString(16)}` : `198.${18 + (index >> 16) % 2}.${(index >> 8) & 255}.${index & 255}`;
  const hasCase = hit && owner < CASES;
  return {
    subject: address.includes(":") ? `[${address}]:443` : `${address}:443`, address, port: 443, name: draw.is(0.8) ? `mail.${one.id || `host${index}`}.example` : "", organisation: one.id, organisation_name: one.name, country: one.country, region: one.region, network: draw.of(NETWORKS), sector: one.sector,
    exposure, confidence: exposure === "unknown" ? "possible" : draw.weighted([["confirmed", 3], ["likely", 2]]), builds: exposure === "unknown" ? "" : draw.weighted(BUILDS), present: draw.is(0.94),
    first_seen: time(-1), last_seen: time(40 - (draw.is(0.9) ? 0 : draw.below(30)), 3), first_open: exposure === "patched" || exposure === "unpatched" ? time(-1) : null, patched: exposure === "patched" ? time(5 + draw.below(30), 12) : null,
    compromise, compromise_confidence: compromise === "not-hunted" ? "" : draw.weighted([["confirmed", 5], ["likely", 3], ["possible", 1]]), campaign: compromise === "not-hunted" ? "" : CAMPAIGN, hunted: compromise === "not-hunted" ? null : time(hitDay + 10, draw.below(24)),
    exploited: hit ? time(hitDay, draw.below(24)) : null, backdoored: ["backdoored", "re-entered"].includes(compromise) ? time(hitDay, 23) : null, reentered: compromise === "re-entered" ? time(hitDay + 6, 4) : null,
    door_present: ["backdoored", "re-entered"].includes(compromise) && draw.is(0.6), mail_accessed: compromise === "re-entered" || (hit && draw.is(0.1)), credentials_exposed: compromise === "re-entered" && draw.is(0.5),
    case_number: hasCase ? caseNumber(owner) : "", case_state: hasCase ? caseRow(owner).state : "", cluster: hit && draw.is(0.7) ? draw.weighted([["C-01", 50], ["C-02", 25], ["C-03", 12], ["C-04", 8], ["C-05", 5]]) : "",
  };
}

export function notice(index, changed) {
  const draw = chance(300_000 + index);
  const one = caseRow(index);
  const state = changed ?? ({ planned: "planned", approved: "approved", bounced: "bounced" }[one.state] ?? (one.state === "sent" ? "sent" : "delivered"));
  const sent = ["sent", "delivered", "bounced"].includes(state);
  return {
    id: `${one.number}.1`, case_number: one.number, organisation: one.organisation, organisation_name: one.organisation_name, channel: one.channel, recipient: { email: `security@${one.organisation}.example`, letter: `${one.organisation_name}, IT management`, phone: "+49 30 5550 1200", provider: "abuse@provider.example" }[one.channel],
    language: draw.weighted([["de", 4], ["en", 4], ["fr", 1], ["es", 1]]), text: one.text, state, why: one.channel === "email" ? "security.txt of the domain, 12 days old" : "its own mail server is the hit one: mail would be read by the intruder", planned: one.opened, approved: state === "planned" ? null : time(12, 8), not_before: null,
    sent: sent ? one.notified ?? time(12, 9) : null, ended: ["delivered", "bounced"].includes(state) ? time(12, 9) : null, attempts: sent ? 1 : 0, last_error: state === "bounced" ? "550 5.1.1 no such user" : "",
  };
}
export { time, two };
