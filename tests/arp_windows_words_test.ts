import { assertEquals } from "@std/assert";
import { kindOf, saysInvalid } from "../arp/windows_words.ts";

/** "Dynamic", "static" and "invalid" in languages of Windows. */
const WORDS: Readonly<Record<string, readonly [dynamic: string, fixed: string, invalid: string]>> =
  {
    English: ["dynamic", "static", "invalid"],
    German: ["dynamisch", "statisch", "ungültig"],
    French: ["dynamique", "statique", "non valide"],
    Spanish: ["dinámico", "estático", "no válido"],
    Portuguese: ["dinâmico", "estático", "inválido"],
    Italian: ["dinamico", "statico", "non valido"],
    Polish: ["dynamiczne", "statyczne", "nieprawidłowy"],
    Dutch: ["dynamisch", "statisch", "ongeldig"],
    Czech: ["dynamická", "statická", "neplatný"],
    Swedish: ["dynamisk", "statisk", "ogiltig"],
    Danish: ["dynamisk", "statisk", "ugyldig"],
    Finnish: ["dynaaminen", "staattinen", "virheellinen"],
    Hungarian: ["dinamikus", "statikus", "érvénytelen"],
    Turkish: ["dinamik", "statik", "geçersiz"],
    Greek: ["δυναμική", "στατική", "μη έγκυρη"],
    Russian: ["динамический", "статический", "недопустимый"],
    "simplified Chinese": ["动态", "静态", "无效"],
    "traditional Chinese": ["動態", "靜態", "無效"],
    Japanese: ["動的", "静的", "無効"],
    Korean: ["동적", "정적", "잘못됨"],
  };

for (const [language, [dynamic, fixed, invalid]] of Object.entries(WORDS)) {
  Deno.test(`kindOf() and saysInvalid() know the words of Windows in ${language}`, () => {
    assertEquals([dynamic, fixed, invalid].map(kindOf), ["dynamic", "static", null]);
    assertEquals([dynamic, fixed, invalid].map(saysInvalid), [false, false, true]);
  });
}
