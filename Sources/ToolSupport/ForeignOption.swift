/// An option that an argument means in PyTorch's or SpikingJelly's words; `nil` if there is none.
///
/// - Parameters:
///   - arguments: The arguments.
///   - help: The command's help, which contains the names of its options.
package func foreignOption(in arguments: [String], help: String) -> String? {
  let names = optionNames(in: help)
  for word in arguments.prefix(while: { $0 != "--" }) where word.hasPrefix("-") {
    let name = String(word.prefix { $0 != "=" })
    let bare = name.drop { $0 == "-" }.replacing("-", with: "_").lowercased()
    guard !names.contains(name), let option = ours[bare], names.contains(option) else { continue }
    return "Unknown option '\(name)': it is '\(option)' here"
  }
  return nil
}

private let ours = [
  "batch_size": "-b", "workers": "-j", "num_workers": "-j", "frames_number": "-T",
  "learning_rate": "-lr", "optimizer": "-opt", "output_dir": "-out_dir", "data_path": "-data_dir",
  "num_epochs": "-epochs",
]
