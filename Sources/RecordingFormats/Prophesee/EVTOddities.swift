/// What is counted of an EVT stream besides its events.
struct EVTOddities: Sendable {
  /// Events before the first word that tells the time, which is not known for them.
  var untimedCount = 0
  /// Words of types that no document describes.
  var unknownCount = 0
  /// Bytes at the end of the file that are no whole word.
  var cutByteCount = 0

  /// The counts that are not 0, each as the text of a warning.
  ///
  /// - Parameter wordByteCount: Size of a word.
  func texts(wordByteCount: Int) -> [String] {
    var texts: [String] = []
    if untimedCount > 0 {
      texts.append(
        "\(untimedCount) event\(untimedCount == 1 ? "" : "s") before the first time: left out")
    }
    if unknownCount > 0 {
      texts.append(
        "\(unknownCount) word\(unknownCount == 1 ? "" : "s") of an unknown type: left out")
    }
    return texts + [cutText(cutByteCount, ofWordsOf: wordByteCount)].compactMap(\.self)
  }
}
