/// Arguments in which long options are spelled as the tool's: `--split_by`, as SpikingJelly and
/// `dvstrain` write it, as `--split-by`, and SpikingJelly's `--frames_number` as `--frames`.
func withHyphens(_ arguments: [String]) -> [String] {
  let end = arguments.firstIndex(of: "--") ?? arguments.count
  return arguments[..<end].map { argument in
    guard argument.hasPrefix("--") else { return argument }
    let name = argument.prefix { $0 != "=" }
    let spelled = name.replacing("_", with: "-")
    return (spelled == "--frames-number" ? "--frames" : spelled)
      + String(argument.dropFirst(name.count))
  } + arguments[end...]
}
