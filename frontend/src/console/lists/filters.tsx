// Filters of a list. Each is a parameter of the address, so the address is the filter.
import { useEffect, useRef, useState } from "preact/hooks";
import { setParameters } from "../router";

export interface Choice {
  parameter: string;
  title: string;
  values: readonly (readonly [value: string, title: string])[];
}

const TYPING_PAUSE = 250;

function SearchField({ value }: { value: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setWords(value), [value]);
  useEffect(() => {
    const slash = (event: KeyboardEvent) => {
      const inField = (event.target as Element).matches?.("input, textarea, select");
      if (event.key !== "/" || inField || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener("keydown", slash);
    return () => removeEventListener("keydown", slash);
  }, []);
  const typed = (text: string) => {
    setWords(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setParameters({ search: text.trim() }), TYPING_PAUSE);
  };
  return (
    <label class="search">
      <span>Search</span>
      <input ref={field} type="search" value={words} maxLength={200} aria-keyshortcuts="/" placeholder="Name, address, number … ( / )"
        onInput={(event) => typed(event.currentTarget.value)} />
    </label>
  );
}

function ChoiceField({ choice, value }: { choice: Choice; value: string }) {
  const known = choice.values.some(([one]) => one === value);
  return (
    <label>
      <span>{choice.title}</span>
      <select value={value} onChange={(event) => setParameters({ [choice.parameter]: event.currentTarget.value })}>
        <option value="">any</option>
        {choice.values.map(([one, title]) => <option key={one} value={one}>{title}</option>)}
        {value !== "" && !known && <option value={value}>{value}</option>}
      </select>
    </label>
  );
}

const NOT_FILTERS = ["sort", "descending", "search"];

// Parameters that have no field here (they came with a link) are shown as tags that can be taken away.
function Tags({ query, choices }: { query: URLSearchParams; choices: readonly Choice[] }) {
  const shown = [...query].filter(([name]) => !NOT_FILTERS.includes(name) && !choices.some((choice) => choice.parameter === name));
  if (shown.length === 0) return null;
  return (
    <ul class="tags" aria-label="Further filters">
      {shown.map(([name, value]) => (
        <li key={name}>
          <button onClick={() => setParameters({ [name]: "" })} aria-label={`Remove filter ${name.replace("_", " ")} ${value}`}>{name.replace("_", " ")}: {value} <span aria-hidden="true">×</span></button>
        </li>
      ))}
    </ul>
  );
}

export function Filters({ query, choices }: { query: URLSearchParams; choices: readonly Choice[] }) {
  const filtered = [...query.keys()].some((name) => name !== "sort" && name !== "descending");
  const clear = () => setParameters(Object.fromEntries([...query.keys()].map((name) => [name, ""])));
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <SearchField value={query.get("search") ?? ""} />
      <details class="more-filters" open={matchMedia("(min-width: 48rem)").matches}>
        <summary>Filters</summary>
        <div class="choices">{choices.map((choice) => <ChoiceField key={choice.parameter} choice={choice} value={query.get(choice.parameter) ?? ""} />)}</div>
      </details>
      <Tags query={query} choices={choices} />
      {filtered && <button type="button" class="plain" onClick={clear}>Clear all</button>}
    </form>
  );
}
