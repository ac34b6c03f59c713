#pragma once

// The points at which F(4x4, 3x3) evaluates polynomials: 0, these, those with the other sign, and infinity.
//
// With 1 and 2, as in Lavin and Gray's paper, numbers grow by 4 and 5 on the way and cancel again. These halve the
// error, and their products are exact in float32. Source of the idea: B. Barabasz, A. Anderson, K. M. Soodhalter and
// D. Gregg, "Error Analysis and Improving the Accuracy of Winograd Convolution for Deep Neural Networks", ACM TOMS 2020.

#define DVSK_POINT_1 0.625f
#define DVSK_POINT_2 1.5f
