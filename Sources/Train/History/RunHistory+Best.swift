extension RunHistory {
  /// The highest value of a curve, and the epoch that had it first.
  func best(_ curve: Curve) -> (value: Double, epoch: Int)? {
    var best: (value: Double, epoch: Int)?
    for epoch in epochs {
      if let value = curve.value(of: epoch), value > best?.value ?? -.infinity {
        best = (value, epoch.epoch)
      }
    }
    return best
  }
}
