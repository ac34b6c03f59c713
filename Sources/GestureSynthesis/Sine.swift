/// The sine of an angle in turns (1 turn = 2π), bit for bit the same on every machine.
///
/// It uses only additions and multiplications, whose rounding IEEE 754 specifies; the C library's
/// sine may differ between machines. The error is below 10⁻¹³ for |`turns`| < 1000.
///
/// Source: the Taylor series of the sine up to the 17th power, on a quarter turn.
func sine(turns: Double) -> Double {
  // Conversion truncates towards zero; adding a half with the number's sign rounds to nearest.
  let nearest = Double(Int64(turns < 0 ? turns - 0.5 : turns + 0.5))
  var folded = turns - nearest
  if folded > 0.25 {
    folded = 0.5 - folded
  } else if folded < -0.25 {
    folded = -0.5 - folded
  }
  let x = folded * 6.283_185_307_179_586
  let square = x * x
  var sum = 1.0 / 355_687_428_096_000
  sum = sum * square - 1.0 / 1_307_674_368_000
  sum = sum * square + 1.0 / 6_227_020_800
  sum = sum * square - 1.0 / 39_916_800
  sum = sum * square + 1.0 / 362_880
  sum = sum * square - 1.0 / 5040
  sum = sum * square + 1.0 / 120
  sum = sum * square - 1.0 / 6
  return x + x * square * sum
}

/// The cosine of an angle in turns (1 turn = 2π); see ``sine(turns:)``.
func cosine(turns: Double) -> Double {
  sine(turns: turns + 0.25)
}
