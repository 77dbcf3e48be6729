/**
 * Words of Windows for types and states of neighbours, in the languages that are known.
 *
 * @module
 */
import type { NeighbourState } from "./neighbour.ts";

/** "Dynamic": dynamic, dynamisch, dynamique, dinámico, dinamico; Chinese, Japanese, Korean, Russian. */
const DYNAMIC = /^(?:d[iy]n|δυναμ|动态|動態|動的|동적|динам)/i;

/** "Static": static, statisch, statique, estático, statico; Chinese, Japanese, Korean, Russian. Not "stale". */
const STATIC = /^(?:e?st(?!ale)|στατ|静态|靜態|静的|정적|стат)/i;

/**
 * "Invalid", of which the abbreviations of Windows XP are the beginnings: English, French, Portuguese,
 * German, Italian, Spanish, Polish, Dutch, Czech, Slovak, Swedish, Danish, Norwegian, Finnish,
 * Hungarian, Turkish, Greek; Russian, Chinese, Japanese, Korean.
 */
const INVALID =
  /^(?:inv[aá]l|ung[uü]lt|non v[aá]l|no v[aá]l|n[aã]o v[aá]l|nie?prawid|nieważn|ongeldig|neplatn|ogiltig|ugyldig|virhee|kelpaam|érvényt|geçersiz|(?:μη )?[άα]κυρ|μη έγκ|недоп|недейств|невер|无效|無效|無効|잘못|유효하지|올바르지)/i;

/** Returns the meaning of the column "Type" of `arp -a`, or `null` for other words. */
export function kindOf(type: string): "dynamic" | "static" | null {
  return DYNAMIC.test(type) ? "dynamic" : STATIC.test(type) ? "static" : null;
}

/** Whether the column "Type" of `arp -a` says that the entry is invalid. */
export function saysInvalid(type: string): boolean {
  return INVALID.test(type);
}

/** The states of `netsh` (NL_NEIGHBOR_STATE of `nldef.h`); the negative words come first. */
const STATES: readonly (readonly [RegExp, NeighbourState])[] = [
  [
    /^(?:unreach|nicht erreichb|inaccess|inaccesible|injoign|inacess|inalcan|irraggi|non raggi|недост|无法访问|無法|到達不能|연결할 수 없)/i,
    "failed",
  ],
  [/^(?:incompl|unvollst|неполн|не ?заверш|不完整|未完成|不完全|불완전|불완료)/i, "incomplete"],
  [
    /^(?:reach|erreichb|accessible|accesible|joignable|acess|alcan|raggiung|дост|可以访问|可访问|可连接|可連線|可存取|到達可能|연결할 수 있)/i,
    "reachable",
  ],
  [
    /^(?:stale|abgelauf|veraltet|p[eé]rim|obsol|non aggiorn|устар|停滞|过时|過時|陳舊|古い|부실|오래)/i,
    "stale",
  ],
  [/^(?:perman|dauerhaft|постоян|永久|永続|恒久|固定|영구)/i, "permanent"],
  [/^(?:delay|verz[oö]g|retard|atras|ritard|demora|задерж|延迟|延遲|遅延|지연)/i, "delay"],
  [/^(?:probe|test|sond|prueba|sonda|проб|провер|探测|探查|プローブ|검색|프로브)/i, "probe"],
];

/** Returns the state that `words` of `netsh` or `Get-NetNeighbor` name, or `null` if it is not known. */
export function stateNamed(words: string): NeighbourState | null {
  return STATES.find(([pattern]) => pattern.test(words))?.[1] ?? null;
}
