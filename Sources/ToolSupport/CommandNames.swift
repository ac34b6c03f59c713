internal import FileAccess
internal import SystemPackage

/// The commands of both tools, to explain a first argument that is not one of them.
package enum CommandNames {
  /// The commands of `dvsprep`, in the order of their use.
  package static let dvsprep = [
    "convert", "merge", "info", "inspect", "view", "verify", "import", "export", "repack", "labels",
    "synth",
  ]
  /// The commands of `dvstrain`, in the order of their use.
  package static let dvstrain = [
    "train", "eval", "predict", "plot", "describe", "export", "import", "bench", "ranks",
  ]

  /// What a tool says about a word that is none of its commands.
  ///
  /// - Parameters:
  ///   - word: The first argument.
  ///   - tool: The tool's name.
  package static func problem(_ word: String, of tool: String) -> String {
    let trains = tool == "dvstrain"
    let (names, others) = trains ? (dvstrain, dvsprep) : (dvsprep, dvstrain)
    let other = trains ? "dvsprep" : "dvstrain"
    if others.contains(word) { return "'\(word)' is a command of \(other): '\(other) \(word)'" }
    let start = "no command '\(word)'"
    if let name = nearestName(to: word, among: names) { return "\(start): did you mean '\(name)'?" }
    if let name = nearestName(to: word, among: others) {
      return "\(start): did you mean '\(other) \(name)'?"
    }
    if trains && FilePath(word).exists {
      return "\(start): to train on it, put -data_dir in front of it"
    }
    return "\(start): \(names.dropLast().joined(separator: ", ")) or \(names.last ?? "") expected"
  }
}
