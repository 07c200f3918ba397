// What stands around each view: who runs this, where one is, whether the data is live.
import type { ComponentChildren } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { useConnection } from "./live";
import { usePlace } from "./router";
import { SessionContext, signOut, useMay } from "./session";

const VIEWS: readonly [path: string, title: string][] = [
  ["situation", "Situation"], ["servers", "Servers"], ["organisations", "Organisations"], ["clusters", "Clusters"],
  ["cases", "Cases"], ["notices", "Notices"], ["campaigns", "Campaigns"],
];

function Navigation({ here, close }: { here: string; close: () => void }) {
  const audit = useMay("admin");
  return (
    <ul onClick={close}>
      {[...VIEWS, ...(audit ? [["audit", "Audit"] as const] : [])].map(([path, title]) => (
        <li key={path}><a href={`/${path}`} aria-current={path === here ? "page" : undefined}>{title}</a></li>
      ))}
    </ul>
  );
}

function Live() {
  const live = useConnection() === "live";
  return <span class={live ? "live" : "live lost"} role="status">{live ? "Live" : "Connecting …"}</span>;
}

export function Shell({ children }: { children: ComponentChildren }) {
  const session = useContext(SessionContext);
  const here = usePlace().path[0] ?? "situation";
  const [open, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  useEffect(() => setOpen(false), [here]);
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>Skip to content</a>
      <header class="masthead">
        <a class="mark" href="/situation">Afterpatch</a>
        {session?.agency && <span class="agency soft">{session.agency}</span>}
        {session?.demo && <span class="badge warn">Made-up data</span>}
        <button class="menu" aria-expanded={open} aria-controls="views" onClick={() => setOpen(!open)}>Menu</button>
        <nav id="views" class={open ? "open" : ""} aria-label="Views"><Navigation here={here} close={() => setOpen(false)} /></nav>
        <div class="person">
          <Live />
          <span>{session?.name} <span class="soft">({session?.role})</span></span>
          <button class="plain" onClick={() => void signOut()}>Sign out</button>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>{children}</main>
    </>
  );
}
