/// The first word of a command line that looks like an option and is none; `nil` if there is none.
///
/// The parser reports other problems first, even those that come of a mistyped option: an argument
/// that is missing, or one too many, or a value for `-b` in `-backend`.
///
/// - Parameters:
///   - arguments: The arguments.
///   - help: The command's help, which contains the names of its options.
package func unknownOption(in arguments: [String], help: String) -> String? {
  let names = optionNames(in: help)
  for word in arguments.prefix(while: { $0 != "--" }) {
    let name = String(word.prefix { $0 != "=" })
    // `-T16` is -T with its value; `-1`, `-inf` and `-5,0,64,64` are values.
    let isJoined = name.dropFirst(2).first?.isNumber == true && names.contains("\(name.prefix(2))")
    let isValue =
      Double(word) != nil || name.dropFirst().first.map { $0.isNumber || $0 == "." } ?? true
    guard name.hasPrefix("-"), !isValue, !isJoined, !names.contains(name) else { continue }
    let guess = nearestName(to: name, among: names.sorted())
    return "Unknown option '\(name)'" + (guess.map { ". Did you mean '\($0)'?" } ?? "")
  }
  return nil
}

/// The words of a help text that start its lines and are options, as in `-o, --output <file>`.
func optionNames(in help: String) -> Set<String> {
  var names: Set<String> = []
  for line in help.split(separator: "\n") {
    for word in line.split(separator: " ").prefix(while: { $0.hasPrefix("-") }) {
      names.insert(word.last == "," ? String(word.dropLast()) : String(word))
    }
  }
  return names
}
