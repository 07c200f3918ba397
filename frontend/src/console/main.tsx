import { type ComponentType, render } from "preact";
import { useEffect, useState } from "preact/hooks";
import "../look/tokens.css";
import "../look/base.css";
import "./console.css";
import type { Session } from "../api/types";
import { startLive, stopLive } from "./live";
import { ProblemNote } from "./parts/parts";
import { followLinks, go, usePlace } from "./router";
import { currentSession, SessionContext, whenSessionEnds } from "./session";
import { Shell } from "./shell";
import { SignIn } from "./sign_in";

type ViewComponent = ComponentType<{ id?: string }>;
type Load = () => Promise<ViewComponent>;

// Each view is a file of its own, loaded when it is first looked at. The second column shows one thing of the list.
const VIEWS: Record<string, [list: Load, one?: Load]> = {
  situation: [async () => (await import("./situation/situation")).SituationView],
  servers: [async () => (await import("./views/servers")).ServersView, async () => (await import("./views/server")).ServerView],
  organisations: [async () => (await import("./views/organisations")).OrganisationsView, async () => (await import("./views/organisation")).OrganisationView],
  clusters: [async () => (await import("./views/clusters")).ClustersView, async () => (await import("./views/cluster")).ClusterView],
  cases: [async () => (await import("./views/cases")).CasesView, async () => (await import("./views/case")).CaseView],
  notices: [async () => (await import("./views/notices")).NoticesView, async () => (await import("./views/notice")).NoticeView],
  campaigns: [async () => (await import("./views/campaigns")).CampaignsView],
  audit: [async () => (await import("./views/audit")).AuditView],
};

function useView(name: string, one: boolean): ViewComponent | "unknown" | undefined {
  const key = `${name}${one ? "/" : ""}`;
  const [loaded, setLoaded] = useState<{ key: string; view: ViewComponent | "unknown" }>();
  useEffect(() => {
    let current = true;
    const load = VIEWS[name]?.[one ? 1 : 0];
    if (load) void load().then((view) => current && setLoaded({ key, view }));
    else setLoaded({ key, view: "unknown" });
    return () => void (current = false);
  }, [key]);
  return loaded?.key === key ? loaded.view : undefined;
}

function CurrentView() {
  const { path } = usePlace();
  const name = path[0] ?? "situation";
  const view = useView(name, path[1] !== undefined);
  useEffect(() => {
    document.title = `${path[1] ?? name.charAt(0).toUpperCase() + name.slice(1)} – Afterpatch`;
  }, [path.join("/")]);
  if (view === undefined) return <p class="soft">Loading …</p>;
  if (view === "unknown") return <><h1>There is no such page</h1><p><a href="/situation">Go to the situation</a></p></>;
  const View = view;
  return path[1] === undefined ? <View key={name} /> : <View key={path.join("/")} id={path[1]} />;
}

function Console() {
  const [session, setSession] = useState<Session | "none" | "unknown">("unknown");
  const [problem, setProblem] = useState<Error>();
  useEffect(() => {
    whenSessionEnds(() => { stopLive(); setSession("none"); });
    currentSession().then((found) => setSession(found ?? "none"), setProblem);
  }, []);
  useEffect(() => {
    if (typeof session !== "string") startLive();
  }, [session]);
  if (problem) return <main><ProblemNote problem={problem} again={() => location.reload()} /></main>;
  if (session === "unknown") return null;
  if (session === "none") return <SignIn done={setSession} />;
  return <SessionContext.Provider value={session}><Shell><CurrentView /></Shell></SessionContext.Provider>;
}

followLinks();
if (location.pathname === "/") go("/situation", true);
render(<Console />, document.getElementById("app")!);
