/**
 * Completions for the shells, from the commands' values.
 *
 * @module
 */
import { type Command, type Option, optionName } from "./command.ts";
import type { Program } from "./program.ts";
import { SERVICE_NAMES, SERVICES } from "./services.ts";
import { LANGUAGES, t, translate } from "../text/messages.ts";

/** The shells for which there are completions. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** One of `SHELLS`. */
export type Shell = typeof SHELLS[number];

/** Returns the completion script of `program` for `shell`. */
export function completions(program: Program, shell: Shell): string {
  switch (shell) {
    case "bash":
      return bash(program);
    case "zsh":
      return zsh(program);
    case "fish":
      return fish(program);
  }
}

/** Returns the completion of an option's value: a word list, files, or nothing. */
function valueWords(option: Option<unknown>): readonly string[] | "files" | null {
  return option.choices ?? (namesFile(option.value ?? "") ? "files" : null);
}

/** Whether the word for a value in the help (`FILE`, `[FILE]`, `IN-FILE`) means a file. */
function namesFile(name: string): boolean {
  return /(^|[^A-Z])(FILE|PATH|DIRECTORY)([^A-Z]|$)/.test(name);
}

function takesFiles(command: Command): boolean {
  return command.operands.some((operand) => namesFile(operand.name));
}

function entries(command: Command): [string, Option<unknown>][] {
  return Object.entries(command.options).map(([key, option]) => [optionName(key), option]);
}

function commandNames(program: Program): string[] {
  return program.commands.map((command) => command.name);
}

/** Returns the commands and the services beside them: the word that is typed, and its purpose. */
function firstWords(program: Program): readonly (readonly [word: string, purpose: string])[] {
  return [
    ...commandRows(program),
    ...SERVICES.map(([, summary], i) => [SERVICE_NAMES[i]!, translate(summary)] as const),
  ];
}

function commandRows(program: Program): readonly (readonly [word: string, purpose: string])[] {
  return program.commands.map(({ name, summary }) => [name, translate(summary)] as const);
}

/** The words that may stand behind the command in `help COMMAND`. */
const HELP_PARTS = ["json"];

/** Quotes `text` for bash and zsh. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Writes a word list for `compgen -W`, which expands it once more. */
function bashWords(words: readonly string[]): string {
  return quote(words.map((word) => word.replace(/[^\w.,:/=@%+-]/g, "\\$&")).join(" "));
}

function bash(program: Program): string {
  const { name } = program;
  const reply = (how: readonly string[] | "files" | null) =>
    how === "files"
      ? `_${name}_files "$word"`
      : how
      ? `_${name}_reply -W ${bashWords(how)} -- "$word"`
      : ":"; // nothing
  const cases = program.commands.map((command) => {
    const values = entries(command).filter(([, { value, takes }]) => value !== null && !takes);
    const options = [...entries(command).map(([option]) => `--${option}`), "--help", "--lang"];
    return [
      `    ${command.name})`,
      `      case $before in`,
      `        --lang) ${reply(LANGUAGES)}; return ;;`,
      ...values.map(([long, option]) =>
        `        --${long}${option.short ? `|-${option.short}` : ""}) ${
          reply(valueWords(option))
        }; return ;;`
      ),
      `      esac`,
      `      if [[ $word == -* ]]; then ${reply(options)}`,
      `      else ${reply(takesFiles(command) ? "files" : null)}; fi ;;`,
    ].join("\n");
  });
  const first = [...commandNames(program), ...SERVICE_NAMES];
  return `# bash completion for ${name}: source <(${name} completions bash)
_${name}_reply() { # keeps each line that compgen prints as one word
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$@")
}
_${name}_files() {
  compopt -o filenames 2>/dev/null
  _${name}_reply -f -- "$1"
}
_${name}() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  # bash makes three words of --option=value
  if [[ $word == = ]]; then
    word=
  elif [[ $before == = ]] && ((COMP_CWORD > 1)); then
    before=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  if ((COMP_CWORD == 1)); then
    ${reply([...first, "--help", "--version", "--lang"])}
    return
  fi
  case \${COMP_WORDS[1]} in
    help) case $COMP_CWORD in 2) ${reply(commandNames(program))} ;; 3) ${
    reply(HELP_PARTS)
  } ;; esac ;;
    completions) if ((COMP_CWORD == 2)); then ${reply(SHELLS)}; fi ;;
${cases.join("\n")}
  esac
}
complete -F _${name} ${name}
`;
}

/** Escapes the characters with a meaning in the specifications of `_arguments` and `_describe`. */
function zshText(text: string): string {
  return text.replace(/[\\[\]:]/g, "\\$&");
}

/** Returns an option as `_arguments` wants it: its value in the same word or in the next. */
function zshOption([name, option]: [string, Option<unknown>]): string {
  const how = valueWords(option);
  const action = how === "files"
    ? "_files"
    : how
    ? `(${how.map((word) => word.replace(/[^\w.,/=@%+-]/g, "\\$&")).join(" ")})`
    : " "; // a blank: there is a value, and nothing completes it
  const colon = option.takes ? "::" : ":"; // two: it may be left out
  const value = option.value === null ? "" : `${colon}${zshText(option.value)}:${action}`;
  const text = quote(`[${zshText(translate(option.summary))}]${value}`);
  const long = `--${name}${option.value === null ? "" : "="}`;
  const short = `-${option.short}${option.value === null ? "" : "+"}`;
  const prefix = option.repeated ? "*" : option.short ? `(-${option.short} --${name})` : "";
  return option.short
    ? `${quote(prefix)}{${short},${long}}${text}`
    : `${quote(prefix + long)}${text}`;
}

function zsh(program: Program): string {
  const { name } = program;
  const described = (list: readonly (readonly [string, string])[]) =>
    list.map(([word, summary]) => quote(`${word}:${zshText(summary)}`)).join("\n    ");
  const cases = program.commands.map((command) => {
    const specs = [
      ...entries(command).map(zshOption),
      `'(-h --help)'{-h,--help}${quote(`[${t`explain this command`}]`)}`,
      `'--lang=[${t`the language of messages`}]:LANGUAGE:(${LANGUAGES.join(" ")})'`,
      `'*:operand:${takesFiles(command) ? "_files" : " "}'`,
    ];
    return `    ${command.name}) _arguments -s -S ${specs.join(" \\\n      ")} ;;`;
  });
  return `#compdef ${name}
# zsh completion for ${name}: source <(${name} completions zsh), or save as _${name} in $fpath
_${name}() {
  local -a commands
  commands=(${described(firstWords(program))})
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local chosen=$words[2]
  shift words
  ((CURRENT--))
  case $chosen in
    help) commands=(${described(commandRows(program))})
      case $CURRENT in 2) _describe command commands ;; 3) compadd ${
    HELP_PARTS.join(" ")
  } ;; esac ;;
    completions) ((CURRENT == 2)) && compadd ${SHELLS.join(" ")} ;;
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = "_${name}" ]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

/** Quotes `text` for fish. */
function fishText(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}

/** Writes a word list for `complete -a`, which expands it once more. */
function fishWords(words: readonly string[]): string {
  return fishText(words.map((word) => /^[\w-]+$/.test(word) ? word : fishText(word)).join(" "));
}

function fish(program: Program): string {
  const { name } = program;
  const first = `complete -c ${name} -n __${name}_first`;
  const behind = (word: string) => `complete -c ${name} -n '__${name}_behind ${word}'`;
  const help = (words: number) =>
    `complete -c ${name} -n '__${name}_behind help; and test (count (commandline -opc)) -eq ${words}'`;
  return `# fish completion for ${name}: ${name} completions fish | source
function __${name}_first
  test (count (commandline -opc)) -eq 1
end
function __${name}_behind
  set -l words (commandline -opc)
  test (count $words) -ge 2; and test "$words[2]" = "$argv[1]"
end
complete -c ${name} -f
${
    firstWords(program).map(([word, summary]) => `${first} -a ${word} -d ${fishText(summary)}`)
      .join("\n")
  }
${first} -s h -l help -d ${fishText(t`explain`)}
${first} -s V -l version -d ${fishText(t`print the version`)}
complete -c ${name} -l lang -x -a ${fishWords(LANGUAGES)} -d ${
    fishText(t`the language of messages`)
  }
${help(2)} -a ${fishWords(commandNames(program))}
${help(3)} -a ${fishWords(HELP_PARTS)}
${behind("completions")} -a ${fishWords(SHELLS)}
${
    program.commands.flatMap((command) => [
      ...(takesFiles(command) ? [`${behind(command.name)} -F`] : []),
      ...entries(command).map(([long, option]) => {
        const how = valueWords(option);
        return [
          `${behind(command.name)} -l ${long}`,
          ...(option.short ? [`-s ${option.short}`] : []),
          ...(option.value === null || option.takes ? [] : how === "files" ? ["-r -F"] : ["-x"]),
          ...(how && how !== "files" ? [`-a ${fishWords(how)}`] : []),
          `-d ${fishText(translate(option.summary))}`,
        ].join(" ");
      }),
      `${behind(command.name)} -s h -l help -d ${fishText(t`explain this command`)}`,
    ]).join("\n")
  }
`;
}
