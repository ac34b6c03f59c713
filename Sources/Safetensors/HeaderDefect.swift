/// A defect of a header, without the file's path.
struct HeaderDefect: Error, Equatable {
  var tensor: String?
  let detail: String
}
