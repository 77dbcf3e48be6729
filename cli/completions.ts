/**
 * Completions for the shells, from the commands' values.
 *
 * @module
 */
import { type Command, type Option, optionName, type Program } from "./command.ts";

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

/** What completes a value: a word list, files, or nothing. */
function valueWords(option: Option<unknown>): readonly string[] | "files" | null {
  return option.choices ?? (option.value === "FILE" ? "files" : null);
}

function entries(command: Command): [string, Option<unknown>][] {
  return Object.entries(command.options).map(([key, option]) => [optionName(key), option]);
}

/** The names behind the program's: commands, `help`, `completions`. */
function words(program: Program): string[] {
  return [...program.commands.map((command) => command.name), "help", "completions"];
}

function bash(program: Program): string {
  const name = program.name;
  const values = (command: Command) =>
    entries(command).flatMap(([option, spec]) => {
      if (spec.value === null) return [];
      const how = valueWords(spec);
      const names = [`--${option}`, ...(spec.short ? [`-${spec.short}`] : [])].join("|");
      const reply = how === "files"
        ? `COMPREPLY=($(compgen -f -- "$word"))`
        : how
        ? `COMPREPLY=($(compgen -W "${how.join(" ")}" -- "$word"))`
        : `COMPREPLY=()`;
      return [`        ${names}) ${reply}; return ;;`];
    });
  const cases = program.commands.map((command) => {
    const pairs = values(command);
    const inner = pairs.length === 0 ? [] : [`      case "$before" in`, ...pairs, `      esac`];
    const options = [...entries(command).map(([option]) => `--${option}`), "--help"].join(" ");
    return [
      `    ${command.name})`,
      ...inner,
      `      if [[ $word == -* ]]; then COMPREPLY=($(compgen -W "${options}" -- "$word"))`,
      `      else COMPREPLY=($(compgen -f -- "$word")); fi ;;`,
    ].join("\n");
  });
  return `# bash completion for ${name}: source <(${name} completions bash)
_${name}() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "${words(program).join(" ")} --help --version" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
    help) COMPREPLY=($(compgen -W "${
    program.commands.map((command) => command.name).join(" ")
  }" -- "$word")) ;;
    completions) COMPREPLY=($(compgen -W "${SHELLS.join(" ")}" -- "$word")) ;;
${cases.join("\n")}
  esac
}
complete -F _${name} ${name}
`;
}

/** Quotes `text` for a specification of zsh's `_arguments` inside single quotes. */
function zshText(text: string): string {
  return text.replaceAll("'", "'\\''").replace(/[[\]:]/g, "\\$&");
}

function zsh(program: Program): string {
  const name = program.name;
  const described = (list: readonly Command[]) =>
    list.map((command) => `'${command.name}:${zshText(command.summary)}'`);
  const services = [`'help:explain netkit or a command'`, `'completions:print completions'`];
  const cases = program.commands.map((command) => {
    const specs = entries(command).map(([option, spec]) => {
      const how = valueWords(spec);
      const action = how === "files" ? "_files" : how ? `(${how.join(" ")})` : "";
      const value = spec.value === null ? "" : `:${zshText(spec.value)}:${action}`;
      const text = `[${zshText(spec.summary)}]${value}`;
      const many = spec.repeated ? "*" : "";
      return spec.short && !spec.repeated
        ? `'(-${spec.short} --${option})'{-${spec.short},--${option}}'${text}'`
        : `'${many}--${option}${text}'`;
    });
    return `    ${command.name}) _arguments ${
      [...specs, `'(-h --help)'{-h,--help}'[explain this command]'`, `'*:operand:_files'`]
        .join(" \\\n      ")
    } ;;`;
  });
  return `#compdef ${name}
# zsh completion for ${name}: source <(${name} completions zsh), or save as _${name} in $fpath
_${name}() {
  local -a commands
  commands=(${[...described(program.commands), ...services].join("\n    ")})
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local chosen=$words[2]
  shift words
  ((CURRENT--))
  case $chosen in
    help) commands=(${described(program.commands).join("\n    ")}); _describe command commands ;;
    completions) _values shell ${SHELLS.join(" ")} ;;
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

function fish(program: Program): string {
  const name = program.name;
  const lines = [
    `# fish completion for ${name}: ${name} completions fish | source`,
    `complete -c ${name} -n __fish_use_subcommand -f`,
    ...program.commands.map((command) =>
      `complete -c ${name} -n __fish_use_subcommand -a ${command.name} -d ${
        fishText(command.summary)
      }`
    ),
    `complete -c ${name} -n __fish_use_subcommand -a help -d 'explain netkit or a command'`,
    `complete -c ${name} -n __fish_use_subcommand -a completions -d 'print completions'`,
    `complete -c ${name} -n '__fish_seen_subcommand_from help' -f -a ${
      fishText(program.commands.map((command) => command.name).join(" "))
    }`,
    `complete -c ${name} -n '__fish_seen_subcommand_from completions' -f -a ${
      fishText(SHELLS.join(" "))
    }`,
    ...program.commands.flatMap((command) =>
      entries(command).map(([option, spec]) => {
        const how = valueWords(spec);
        return [
          `complete -c ${name} -n '__fish_seen_subcommand_from ${command.name}' -l ${option}`,
          ...(spec.short ? [`-s ${spec.short}`] : []),
          ...(spec.value === null ? [] : how === "files" ? ["-r"] : ["-x"]),
          ...(how && how !== "files" ? [`-a ${fishText(how.join(" "))}`] : []),
          `-d ${fishText(spec.summary)}`,
        ].join(" ");
      })
    ),
  ];
  return `${lines.join("\n")}\n`;
}
