internal import ArgumentParser

/// The script with which a shell completes the arguments of a tool that has a default subcommand.
///
/// ArgumentParser's script offers that subcommand's options only after its name. Here the script
/// inserts the name where the first argument is an option.
struct CompletionScript {
  /// The script.
  let text: String

  /// Creates the script that arguments ask for; `nil` where the parser's own is as good.
  init?<Command: ParsableCommand>(of tool: Command.Type, askedForBy arguments: [String]) {
    guard let shell = Self.shell(in: arguments), let name = tool.configuration.commandName,
      let subcommand = tool.configuration.defaultSubcommand?.configuration.commandName
    else { return nil }
    let insertion = Self.insertion(shell, tool: name, subcommand: subcommand)
    let script = tool.completionScript(for: shell)
    guard let start = script.firstRange(of: insertion.anchor) else { return nil }
    text = script[..<start.upperBound] + insertion.code + script[start.upperBound...]
  }

  private static func shell(in arguments: [String]) -> CompletionShell? {
    let option = "--generate-completion-script"
    switch arguments.first {
    case option where arguments.count == 1: return .autodetected()
    case option where arguments.count == 2: return CompletionShell(rawValue: arguments[1])
    case .some(let first) where first.hasPrefix("\(option)=") && arguments.count == 1:
      return CompletionShell(rawValue: String(first.dropFirst(option.count + 1)))
    default: return nil
    }
  }

  /// The code that inserts a subcommand, and the line after which it belongs.
  private static func insertion(
    _ shell: CompletionShell, tool: String, subcommand: String
  ) -> (anchor: String, code: String) {
    switch shell {
    case .bash:
      (
        "\n_\(tool)() {\n",
        """
            # Options without a subcommand are those of the default one.
            if [[ "${COMP_WORDS[1]}" = -* ]]; then
                local -a with_subcommand=("${COMP_WORDS[0]}" \(subcommand) "${COMP_WORDS[@]:1}")
                local -a COMP_WORDS=("${with_subcommand[@]}")
                local -i COMP_CWORD="$((COMP_CWORD + 1))"
            fi

        """
      )
    case .zsh:
      (
        "\n_\(tool)() {\n",
        """
            # Options without a subcommand are those of the default one.
            if [[ "${words[2]}" = -* ]]; then
                words=("${words[1]}" \(subcommand) "${(@)words[2,-1]}")
                ((CURRENT++))
            fi

        """
      )
    default:
      (
        "    set -l unparsed_tokens (__\(tool)_tokens -pc)\n",
        """
            # Options without a subcommand are those of the default one.
            set -l first_argument $unparsed_tokens[2..] (commandline -t)
            if string match -q -- '-*' $first_argument[1]
                set unparsed_tokens $unparsed_tokens[1] \(subcommand) $unparsed_tokens[2..]
            end

        """
      )
    }
  }
}
