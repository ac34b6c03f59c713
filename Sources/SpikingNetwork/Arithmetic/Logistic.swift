/// The logistic function, computed in float64 and rounded to float32.
func logistic(_ x: Float) -> Float { Float(1 / (1 + exponential(-Double(x)))) }
