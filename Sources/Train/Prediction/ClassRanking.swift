/// The two classes with the highest firing rates.
package struct ClassRanking: Equatable, Sendable {
  /// The class with the highest rate; of equal ones the lowest.
  package let best: Int
  /// The rate of ``best``.
  package let bestRate: Float
  /// The class with the second-highest rate; of equal ones the lowest.
  package let second: Int
  /// The rate of ``second``.
  package let secondRate: Float

  /// Ranks classes.
  ///
  /// - Parameter rates: The firing rate of each class; at least two.
  package init(rates: some RandomAccessCollection<Float>) {
    precondition(rates.count >= 2, "\(rates.count) classes")
    var (best, second) = (0, -1)
    let rates = Array(rates)
    for number in rates.indices.dropFirst() {
      if rates[number] > rates[best] {
        (best, second) = (number, best)
      } else if second < 0 || rates[number] > rates[second] {
        second = number
      }
    }
    self.best = best
    self.second = second
    bestRate = rates[best]
    secondRate = rates[second]
  }
}
