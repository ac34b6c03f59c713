/// Names of recordings that consist of their class and a number, as in `cifar10_airplane_7`.
struct NumberedNames: Equatable, Sendable {
  /// What each name starts with.
  let prefix: String
  /// The numbers are 0 to ``count`` − 1, without leading zeros.
  let count: Int

  /// The number in a name; `nil` if the name is not one of the class's.
  func number(in name: String, ofClass className: String) -> Int? {
    let start = "\(prefix)\(className)_"
    guard name.hasPrefix(start) else { return nil }
    let digits = name.dropFirst(start.count)
    guard let number = Int(digits), (0..<count).contains(number), digits == "\(number)" else {
      return nil
    }
    return number
  }

  /// The names, as in `cifar10_CLASS_0…999`.
  var pattern: String { "\(prefix)CLASS_0…\(count - 1)" }
}
