extension RunHistory {
  /// The maximum of a curve, and the first epoch that has it.
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
