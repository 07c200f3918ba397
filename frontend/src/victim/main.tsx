// The page of one victim. It knows nothing but what its token opens.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import "../look/tokens.css";
import "../look/base.css";
import "./victim.css";
import { ask, download, RequestError, useToken } from "../api/http";
import type { Language, VictimCase } from "../api/types";
import { day } from "../look/format";
import { Actions } from "./actions";
import { Seen } from "./seen";
import { Steps } from "./steps";
import { de } from "./texts/de";
import { en } from "./texts/en";
import { es } from "./texts/es";
import { fr } from "./texts/fr";
import { fill, type Words } from "./texts/words";
import { Uploads } from "./upload";

const LANGUAGES: Record<Language, { words: Words; name: string }> = { en: { words: en, name: "English" }, de: { words: de, name: "Deutsch" }, fr: { words: fr, name: "Français" }, es: { words: es, name: "Español" } };

const isLanguage = (value: string | null): value is Language => value !== null && value in LANGUAGES;

// The one asked for, else the browser's: until the case is here, nobody knows in which language its notice was.
function firstLanguage(): Language | undefined {
  const asked = new URLSearchParams(location.search).get("language");
  return isLanguage(asked) ? asked : undefined;
}
function browserLanguage(): Language {
  return navigator.languages.map((one) => one.slice(0, 2)).find(isLanguage) ?? "en";
}

function LanguageChoice({ words, language, choose }: { words: Words; language: Language; choose: (language: Language) => void }) {
  return (
    <label class="language"><span class="visually-hidden">{words.language}</span>
      <select value={language} onChange={(event) => isLanguage(event.currentTarget.value) && choose(event.currentTarget.value)}>
        {Object.entries(LANGUAGES).map(([code, { name }]) => <option key={code} value={code} lang={code}>{name}</option>)}
      </select></label>
  );
}

function Sender({ words, one }: { words: Words; one: VictimCase }) {
  const { agency } = one;
  const web = /^https?:\/\//.test(agency.verify_url);
  return <p class="sender">{fill(words.from, { agency: agency.name })} {agency.phone && fill(words.verify, { phone: agency.phone })} {web && <a href={agency.verify_url} rel="noreferrer" target="_blank">{words.verifyLink}</a>}</p>;
}

function Case({ words, one, language, refresh }: { words: Words; one: VictimCase; language: Language; refresh: () => void }) {
  return (
    <>
      <p class="about soft">{words.caseNumber} <b>{one.number}</b> · {one.organisation}</p>
      <h1>{words.headline[one.reason]}</h1>
      <p class="meaning">{words.meaning[one.reason]}</p>
      <p class="warning">{words.notClean}</p>
      <Sender words={words} one={one} />
      <Actions words={words} one={one} changed={refresh} />
      <Seen words={words} servers={one.servers} />
      <Steps words={words} steps={one.steps} shown={language} changed={refresh} />
      <section aria-labelledby="upload-title">
        <h2 id="upload-title">{words.uploadTitle}</h2>
        <p>{words.uploadLead}</p>
        <p class="soft">{words.uploadSafe}</p>
        <p><button class="plain" onClick={() => void download(`/victim/collector?language=${language}`, "afterpatch-collector.md")}>{words.instructions}</button></p>
        <Uploads words={words} uploads={one.uploads} limit={one.upload_limit} refresh={refresh} />
      </section>
      <footer><p>{fill(words.expires, { date: day(one.expires) })} {words.private}</p></footer>
    </>
  );
}

function Page() {
  const [chosen, setChosen] = useState(firstLanguage);
  const [one, setOne] = useState<VictimCase>();
  const [problem, setProblem] = useState<RequestError>();
  const language: Language = chosen ?? one?.language ?? browserLanguage();
  const words = LANGUAGES[language].words;
  const refresh = () => {
    ask<VictimCase>(`/victim/case${chosen ? `?language=${chosen}` : ""}`).then((found) => { setOne(found); setProblem(undefined); }, (error: unknown) => setProblem(error as RequestError));
  };
  useEffect(refresh, [chosen]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = words.title;
  }, [language]);
  return (
    <main>
      <div class="top"><span class="mark">{one?.agency.name ?? ""}</span>{one?.demo && <span class="badge warn">Made-up data</span>}<LanguageChoice words={words} language={language} choose={setChosen} /></div>
      {problem && <div class="problem" role="alert">{problem.status === 404 && <h1>{words.notValidTitle}</h1>}<p>{problem.status === 404 ? words.notValid : problem.message}</p></div>}
      {one ? <Case words={words} one={one} language={language} refresh={refresh} /> : !problem && <p class="soft" role="status">{words.loading}</p>}
    </main>
  );
}

useToken(decodeURIComponent(location.pathname.split("/")[2] ?? ""));
render(<Page />, document.getElementById("app")!);
