package import EventData
package import SystemPackage

/// Checks that a text file is not in UTF-16, as some programs on Windows write it.
///
/// - Throws: ``EventData/DataSetError``, which says how to convert the file.
package func requireNoUTF16(_ bytes: [UInt8], path: FilePath) throws(DataSetError) {
  guard let first = bytes.first, bytes.count >= 2 else { return }
  let second = bytes[1]
  // A byte order mark; or without one, a character that every list and label file begins with.
  let isUTF16 =
    (first == 0xFF && second == 0xFE) || (first == 0xFE && second == 0xFF)
    || (first == 0) != (second == 0)
  guard isUTF16 else { return }
  let name = path.lastComponent?.string ?? ""
  throw DataSetError(
    path, .whole,
    "text in UTF-8 expected, UTF-16 found: save it as UTF-8, or convert it with "
      + "'iconv -f UTF-16 -t UTF-8 \(name) > NEW'")
}
