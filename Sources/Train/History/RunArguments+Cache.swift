internal import FileAccess
internal import SystemPackage

extension RunArguments {
  /// The cache of the last start in a run's `args.txt`; `nil` if it is not there, or its name is
  /// quoted in a way that is not read here.
  static func cachePath(in arguments: FilePath) -> FilePath? {
    guard let bytes = try? readSmallFile(arguments) else { return nil }
    return cachePath(String(decoding: bytes, as: UTF8.self))
  }

  /// The cache that the text names.
  static func cachePath(_ text: String) -> FilePath? {
    guard let line = text.split(separator: "\n").last(where: { $0.hasPrefix("Namespace(") }),
      let begin = line.firstRange(of: ", cache=")?.upperBound,
      let end = line[begin...].ranges(of: ", epochs=").last?.lowerBound
    else { return nil }
    var word = line[begin..<end]
    if word.count > 1, word.first == "'", word.last == "'" { word = word.dropFirst().dropLast() }
    return word.isEmpty || word.contains("'") ? nil : FilePath(String(word))
  }
}
