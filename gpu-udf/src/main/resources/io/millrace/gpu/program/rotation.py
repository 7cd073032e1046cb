# Changes of basis that leave a model's function as it is, for the loader. Dialect and codes as in decoder.py.
#
# A basis is a Kronecker product of symmetric orthogonal `factors`, after signs: R = diag(scale) (F1 x F2 x ..), so that turning
# a row costs the sum of the factors' sizes per element, not the product.
class Rotation(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  # Sylvester's matrix of size 2 ** doublings, orthonormal and symmetric.
  def hadamard(self: __torch__.Rotation, doublings: int) -> Tensor:
    h = torch.ones([1, 1], dtype=7, layout=None, device=None, pin_memory=None)
    for i in range(doublings):
      h = torch.cat([torch.cat([h, h], 1), torch.cat([h, torch.neg(h)], 1)], 0)
    return torch.to(torch.div(h, torch.sqrt(h.size(0))), 6)
  # The discrete Hartley transform, orthonormal and symmetric for every size (Bracewell 1983): (cos + sin)(2 pi j k / n).
  def hartley(self: __torch__.Rotation, size: int) -> Tensor:
    k = torch.arange(size, dtype=7, layout=None, device=None, pin_memory=None)
    turns = torch.fmod(torch.outer(k, k), size)
    angles = torch.mul(turns, torch.div(6.283185307179586, size))
    h = torch.add(torch.cos(angles), torch.sin(angles))
    return torch.to(torch.div(h, torch.sqrt(size)), 6)
  # x (F1 x F2 x ..) of rows [rows, width]. Each factor turns the first axis and moves it to the end.
  def turn(self: __torch__.Rotation, x: Tensor, factors: List[Tensor]) -> Tensor:
    y = x
    for i in range(len(factors)):
      y = torch.reshape(y, [x.size(0), factors[i].size(0), -1])
      y = torch.matmul(torch.transpose(y, 1, 2), factors[i])
    return torch.reshape(y, [x.size(0), x.size(1)])
  # w diag(scale) (F1 x F2 x ..), in place and in pieces: w [rows, width] may be all of a vocabulary.
  def turn_inputs(self: __torch__.Rotation, w: Tensor, scale: Tensor, factors: List[Tensor]) -> int:
    piece = 4096
    for i in range(torch.floordiv(torch.add(w.size(0), torch.sub(piece, 1)), piece)):
      rows = torch.slice(w, 0, torch.mul(i, piece), torch.mul(torch.add(i, 1), piece))
      _0 = torch.copy_(rows, (self).turn(torch.mul(rows, scale), factors, ), False)
    return 0
  # (F1 x F2 x ..)' diag(scale) w, in place: w [width, columns], or the bias [width] of such a matrix.
  def turn_outputs(self: __torch__.Rotation, w: Tensor, scale: Tensor, factors: List[Tensor]) -> int:
    if torch.eq(w.dim(), 1):
      return (self).turn_inputs(torch.unsqueeze(w, 0), scale, factors, )
    return (self).turn_inputs(torch.transpose(w, 0, 1), scale, factors, )
  # Turns every value head's channels in place, and back in the attention's output projection [hidden, heads * head]: rows
  # from `values` on of qkv [rows, hidden] and of its bias [rows], which may be empty.
  def turn_values(self: __torch__.Rotation, qkv: Tensor, bias: Tensor, output: Tensor, values: int, head: int, factors: List[Tensor]) -> int:
    v = torch.slice(qkv, 0, values, None)
    per_channel = torch.reshape(torch.transpose(torch.view(v, [-1, head, v.size(1)]), 1, 2), [-1, head])
    turned = torch.view((self).turn(per_channel, factors, ), [-1, v.size(1), head])
    _0 = torch.copy_(v, torch.reshape(torch.transpose(turned, 1, 2), [v.size(0), v.size(1)]), False)
    if torch.gt(bias.size(0), 0):
      b = torch.view(torch.slice(bias, 0, values, None), [-1, head])
      _1 = torch.copy_(b, (self).turn(b, factors, ), False)
    o = torch.view(output, [-1, head])
    _2 = torch.copy_(o, (self).turn(o, factors, ), False)
    return 0
