// Saved views: an address with a name, kept on the server.
import { useState } from "preact/hooks";
import { remove, tell } from "../../api/http";
import type { View } from "../../api/types";
import { failed, useResource } from "../resource";

export function SavedViews({ view }: { view: string }) {
  const { answer, again } = useResource<{ views: View[] }>("/views");
  const [problem, setProblem] = useState("");
  const change = async (action: Promise<unknown>) => {
    try {
      await action;
      setProblem("");
      again();
    } catch (error) {
      setProblem(failed(error).message);
    }
  };
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    void change(tell("/views", { name: String(fields.get("name")), url: location.pathname + location.search, shared: fields.get("shared") !== null }));
    (event.currentTarget as HTMLFormElement).reset();
  };
  const views = (answer?.views ?? []).filter((one) => one.url === `/${view}` || one.url.startsWith(`/${view}?`));
  return (
    <details class="drop">
      <summary>Saved views</summary>
      <div class="drop-panel">
        <ul class="plain-list">
          {views.map((one) => (
            <li key={one.id}>
              <a href={one.url}>{one.name}</a>{one.shared && <span class="soft"> · shared</span>}
              {one.mine && <button class="plain" onClick={() => void change(remove(`/views/${encodeURIComponent(one.id)}`))} aria-label={`Remove ${one.name}`}>Remove</button>}
            </li>
          ))}
          {views.length === 0 && <li class="soft">None yet.</li>}
        </ul>
        <form class="save-view" onSubmit={(event) => save(event as unknown as SubmitEvent)}>
          <label>Name for what is shown now <input name="name" required maxLength={100} /></label>
          <label class="check"><input type="checkbox" name="shared" /> Share with all</label>
          <button>Save</button>
        </form>
        {problem && <p class="problem" role="alert">{problem}</p>}
      </div>
    </details>
  );
}
