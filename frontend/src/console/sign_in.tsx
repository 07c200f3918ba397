import { useState } from "preact/hooks";
import type { Session } from "../api/types";
import { signIn } from "./session";

export function SignIn({ done }: { done: (session: Session) => void }) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    try {
      done(await signIn(String(fields.get("name")), String(fields.get("password"))));
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <h1>Afterpatch</h1>
      <p class="lead">The patch closes the door. Who came in before?</p>
      <form onSubmit={(event) => void submit(event as unknown as SubmitEvent)}>
        <label for="name">Name</label>
        <input id="name" name="name" autocomplete="username" required autofocus />
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required />
        <button class="primary" disabled={busy}>Sign in</button>
        <div role="alert">{problem && <p class="problem">{problem}</p>}</div>
      </form>
    </main>
  );
}
