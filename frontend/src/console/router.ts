// The address bar is the state: each view and each filter has an address that can be sent to a colleague.
import { useEffect, useState } from "preact/hooks";

export interface Place {
  path: string[]; // decoded, "/servers/192.0.2.1%3A443" is ["servers", "192.0.2.1:443"]
  query: URLSearchParams;
}

const CHANGED = "afterpatch:place";

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function placeNow(): Place {
  return {
    path: location.pathname.split("/").filter((part) => part !== "").map(decoded),
    query: new URLSearchParams(location.search),
  };
}

export function go(address: string, replace = false): void {
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  dispatchEvent(new Event(CHANGED));
  if (!replace) scrollTo(0, 0);
}

export function usePlace(): Place {
  const [place, setPlace] = useState(placeNow);
  useEffect(() => {
    const changed = () => setPlace(placeNow());
    addEventListener("popstate", changed);
    addEventListener(CHANGED, changed);
    return () => {
      removeEventListener("popstate", changed);
      removeEventListener(CHANGED, changed);
    };
  }, []);
  return place;
}

// `/servers?exposure=unpatched`; empty values are left out.
export function address(path: string[], query: Record<string, string> | URLSearchParams = {}): string {
  const pairs = query instanceof URLSearchParams ? [...query] : Object.entries(query);
  const filled = new URLSearchParams(pairs.filter(([, value]) => value !== ""));
  const words = filled.toString();
  return `/${path.map(encodeURIComponent).join("/")}${words === "" ? "" : `?${words}`}`;
}

// Sets or, with an empty value, removes one parameter of the address.
export function setParameters(changes: Record<string, string>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  const words = query.toString();
  go(`${location.pathname}${words === "" ? "" : `?${words}`}`, true);
}

// Clicks on links within the console change the place without a reload; all else is the browser's.
export function followLinks(): void {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest?.("a");
    if (!link || link.target !== "" || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.pathname.startsWith("/api/") || link.pathname.startsWith("/v/") || link.hash !== "") return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}
