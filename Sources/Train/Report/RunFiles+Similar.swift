internal import FileAccess
internal import SystemPackage

extension RunFiles {
  /// The folder of a run beside this one that has a checkpoint and whose name differs in one part;
  /// the nearest if there are several.
  var similarRun: FilePath? {
    guard let name = folder.lastComponent?.string else { return nil }
    let parent = folder.removingLastComponent()
    let names = (try? namesInDirectory(folder.parentDirectory)) ?? []
    return names.compactMap { other -> (distance: Int, path: FilePath)? in
      guard let distance = Self.distance(name, other) else { return nil }
      return (distance, parent.appending(other))
    }.sorted { ($0.distance, $0.path.string) < ($1.distance, $1.path.string) }
      .first { RunFiles(in: $0.path).hasCheckpoint }?.path
  }

  /// How far apart two names are that differ in one part, as in `CosALR_20` and `CosALR_32`, or of
  /// which one has a part more, as in `seed_5`; `nil` for others.
  static func distance(_ first: String, _ second: String) -> Int? {
    var (first, second) = (first.split(separator: "_")[...], second.split(separator: "_")[...])
    while let part = first.first, part == second.first {
      first.removeFirst()
      second.removeFirst()
    }
    while let part = first.last, part == second.last {
      first.removeLast()
      second.removeLast()
    }
    let (least, most) = (min(first.count, second.count), max(first.count, second.count))
    return most == 1 || (least == 0 && most == 2) ? most : nil
  }
}
