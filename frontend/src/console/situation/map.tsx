// Colour: per 1,000 servers, since large countries have more of everything. Circles: how many there are. No tiles, no third party.
import { geoEqualEarth, geoPath } from "d3-geo";
import { useEffect, useState } from "preact/hooks";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import atlasAddress from "world-atlas/countries-110m.json?url";
import type { Situation } from "../../api/types";
import { count } from "../../look/format";
import { Frame, Section } from "../parts/parts";
import { useWidth } from "../parts/width";
import { address, go } from "../router";
import { countryName } from "../words";
import { ALPHA_2 } from "./country_codes";

type Measure = "unpatched" | "exploited" | "backdoored";
type Atlas = Topology<{ countries: GeometryCollection<{ name: string }> }>;
type Shape = GeoJSON.Feature<GeoJSON.Geometry, { name: string }>;
type CountryCount = Situation["countries"][number];

const MEASURES: readonly [Measure, string][] = [["unpatched", "Unpatched"], ["exploited", "Exploited"], ["backdoored", "Back-doored"]];
const ON_THE_MAP = new Set(ALPHA_2.values());
const FEW_SERVERS = 20; // below this a rate per 1,000 says nothing
const PARAMETERS: Record<Measure, Record<string, string>> = { unpatched: { stage: "open", present: "true" }, exploited: { stage: "exploited" }, backdoored: { stage: "backdoored" } };

function useAtlas(): Shape[] {
  const [shapes, setShapes] = useState<Shape[]>([]);
  useEffect(() => {
    void fetch(atlasAddress).then((response) => response.json()).then((atlas: Atlas) => setShapes(feature(atlas, atlas.objects.countries).features as Shape[]));
  }, []);
  return shapes;
}

const rate = (one: CountryCount, measure: Measure) => (one[measure] / one.servers) * 1000;

// Four limits between five steps, at equal numbers of countries, rounded to what can be read.
function limitsOf(countries: readonly CountryCount[], measure: Measure): number[] {
  const rates = countries.filter((one) => one.servers >= FEW_SERVERS).map((one) => rate(one, measure)).sort((a, b) => a - b);
  const limits = [1, 2, 3, 4].map((step) => Math.round((rates[Math.floor((rates.length * step) / 5)] ?? 0) / 5) * 5);
  return [...new Set(limits)].filter((limit) => limit > 0);
}

function stepOf(value: number, limits: readonly number[]): number {
  return 1 + limits.filter((limit) => value >= limit).length;
}

function Legend({ limits }: { limits: readonly number[] }) {
  const words = limits.length === 0 ? ["all"] : limits.map((limit, place) => (place === 0 ? `under ${limit}` : `${limits[place - 1]} to ${limit}`)).concat(`${limits[limits.length - 1]} and more`);
  return <ul class="legend" aria-label="Per 1,000 servers">{words.map((word, place) => <li key={word}><span class={`key heat-${place + 1}`} />{word}</li>)}<li><span class="key circle" />number of servers</li></ul>;
}

function Drawing({ situation, measure, shapes, limits }: { situation: Situation; measure: Measure; shapes: Shape[]; limits: number[] }) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const counts = new Map(situation.countries.map((one) => [one.country, one]));
  const code = (shape: Shape) => ALPHA_2.get(String(shape.id)) ?? "";
  const known = shapes.filter((shape) => counts.has(code(shape)));
  // A constituency of a few countries fills the drawing, without their land overseas; else it is the world without Antarctica.
  const fit = known.length > 0 && known.length <= 12 ? known.map(largestPart) : shapes.filter((shape) => code(shape) !== "AQ");
  const height = Math.round(width * (known.length <= 12 ? 0.7 : 0.48));
  const projection = geoEqualEarth().fitExtent([[4, 4], [Math.max(width - 4, 5), Math.max(height - 4, 5)]], { type: "FeatureCollection", features: fit });
  const path = geoPath(projection).digits(1);
  const most = Math.max(1, ...situation.countries.map((one) => one[measure]));
  const words = (one: CountryCount) => `${countryName(one.country)}: ${count(one[measure])} of ${count(one.servers)} servers${one.servers >= FEW_SERVERS ? `, ${rate(one, measure).toFixed(0)} per 1,000` : ""}`;
  const open = (one: CountryCount) => go(address(["servers"], { country: one.country || "-", ...PARAMETERS[measure] }));
  return (
    <div ref={frame}>
      {width > 0 && shapes.length > 0 && (
        <svg class="map" width={width} height={height} role="img" aria-label="Map; the same figures stand in the table">
          {shapes.map((shape) => {
            const one = counts.get(code(shape));
            const enough = one && one.servers >= FEW_SERVERS;
            return <path key={shape.properties.name} d={path(shape) ?? ""} class={enough ? `heat-${stepOf(rate(one, measure), limits)} opens` : "land"} onClick={one && (() => open(one))}>{one && <title>{words(one)}</title>}</path>;
          })}
          {known.map((shape) => {
            const one = counts.get(code(shape))!;
            const [x, y] = path.centroid(largestPart(shape));
            return one[measure] > 0 && <circle key={one.country} cx={x} cy={y} r={Math.max(1.5, Math.sqrt(one[measure] / most) * Math.min(26, width / 22))} onClick={() => open(one)}><title>{words(one)}</title></circle>;
          })}
        </svg>
      )}
    </div>
  );
}

// Countries with land overseas have their middle in the sea: the circle stands on the largest part.
function largestPart(shape: Shape): Shape {
  if (shape.geometry.type !== "MultiPolygon") return shape;
  const length = (part: GeoJSON.Position[][]) => part[0]?.length ?? 0;
  const largest = [...shape.geometry.coordinates].sort((a, b) => length(b) - length(a))[0];
  return largest ? { ...shape, geometry: { type: "Polygon", coordinates: largest } } : shape;
}

function CountryTable({ situation, measure }: { situation: Situation; measure: Measure }) {
  const [all, setAll] = useState(false);
  const sorted = [...situation.countries].sort((a, b) => b[measure] - a[measure]);
  const shown = all ? sorted : sorted.slice(0, 10);
  return (
    <Frame label="Countries"><table>
      <thead><tr><th scope="col">Country</th><th scope="col" class="number">{MEASURES.find(([id]) => id === measure)![1]}</th><th scope="col" class="number">Servers</th><th scope="col" class="number">Per 1,000</th></tr></thead>
      <tbody>{shown.map((one) => (
        <tr key={one.country}><th scope="row">{countryName(one.country)}</th><td class="number"><a href={address(["servers"], { country: one.country || "-", ...PARAMETERS[measure] })} aria-label={`${countryName(one.country)}: ${count(one[measure])}, show the list`}>{count(one[measure])}</a></td>
          <td class="number">{count(one.servers)}</td><td class="number">{one.servers >= FEW_SERVERS ? rate(one, measure).toFixed(0) : "too few"}</td></tr>
      ))}</tbody></table>
      {sorted.length > 10 && <button class="plain" onClick={() => setAll(!all)}>{all ? "Only the first ten" : `All ${sorted.length}`}</button>}
    </Frame>
  );
}

// None of the countries is on a map of the world: codes for users' own (XA to XZ of ISO 3166), or servers whose country nobody knows.
function NotOnTheMap({ situation }: { situation: Situation }) {
  const names = situation.countries.map((one) => countryName(one.country)).join(", ");
  return <p class="soft">{names === "" ? "No server's country is known." : `No map of the world shows ${names}: the figures stand in the table.`}</p>;
}

export function WorldMap({ situation }: { situation: Situation }) {
  const [measure, setMeasure] = useState<Measure>("unpatched");
  const shapes = useAtlas();
  const onTheMap = situation.countries.some((one) => ON_THE_MAP.has(one.country));
  const limits = limitsOf(situation.countries, measure);
  const choice = (
    <div class="switch" role="group" aria-label="What the map shows">{MEASURES.map(([id, title]) => <button key={id} aria-pressed={id === measure} onClick={() => setMeasure(id)}>{title}</button>)}</div>
  );
  return (
    <Section id="map" title="Where" lead={onTheMap ? "Colour: per 1,000 servers. Circle: how many." : undefined} aside={choice}>
      <div class="beside">
        {onTheMap ? <div><Drawing situation={situation} measure={measure} shapes={shapes} limits={limits} /><Legend limits={limits} /></div> : <NotOnTheMap situation={situation} />}
        <CountryTable situation={situation} measure={measure} />
      </div>
    </Section>
  );
}
