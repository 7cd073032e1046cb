# Draws the next token of many sequences from their logits. Every method takes the decoder's float32 logits
# [outputs, vocabulary] and the rows it is to work on, and returns int64 token ids in the order of those rows.
#
# Order of filters: repetition penalty, temperature, top-k, top-p, min-p, each on the distribution that the one before left.
# Randomness comes in as one uniform number per row, so that a draw depends on nothing but its own request.
class Sampler(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  # Divides positive and multiplies negative logits of tokens that the sequence holds already; in place.
  #   seen_rows, seen_tokens [n]  pairs of an output row and a token, each pair once;  penalties float32 [n]
  def penalise(self: __torch__.Sampler, logits: Tensor, seen_rows: Tensor, seen_tokens: Tensor, penalties: Tensor) -> int:
    seen = annotate(List[Optional[Tensor]], [seen_rows, seen_tokens])
    old = torch.index(logits, seen)
    new = torch.where(torch.gt(old, 0.), torch.div(old, penalties), torch.mul(old, penalties))
    _0 = torch.index_put_(logits, seen, new)
    return 0
  def greedy(self: __torch__.Sampler, logits: Tensor, rows: Tensor) -> Tensor:
    return torch.argmax(torch.index_select(logits, 0, rows), 1, False)
  # Inverse of the cumulative distribution at the uniform number; weights need not sum to one.
  #   weights float32 [rows, n];  uniforms float64 [rows] in [0, 1)
  def invert(self: __torch__.Sampler, weights: Tensor, uniforms: Tensor) -> Tensor:
    cumulated = torch.cumsum(weights, 1, dtype=7)
    n = weights.size(1)
    total = torch.slice(cumulated, 1, torch.sub(n, 1), n)
    at = torch.searchsorted(cumulated, torch.mul(torch.unsqueeze(uniforms, 1), total), out_int32=False, right=True, side=None, sorter=None)
    return torch.clamp(at, 0, torch.sub(n, 1))
  def probabilities(self: __torch__.Sampler, logits: Tensor, rows: Tensor, temperatures: Tensor) -> Tensor:
    return torch.softmax(torch.div(torch.index_select(logits, 0, rows), torch.unsqueeze(temperatures, 1)), 1, None)
  # Rows without top-k and top-p: no order needed.
  def draw(self: __torch__.Sampler, logits: Tensor, rows: Tensor, temperatures: Tensor, min_ps: Tensor, uniforms: Tensor) -> Tensor:
    p = (self).probabilities(logits, rows, temperatures, )
    least = torch.mul(torch.amax(p, [1], True), torch.unsqueeze(min_ps, 1))
    p = torch.mul(p, torch.to(torch.ge(p, least), 6))
    return torch.reshape((self).invert(p, uniforms, ), [-1])
  # Rows with top-k or top-p. `candidates` most probable tokens are looked at first; where a nucleus reaches beyond them
  # (a flat distribution), all are.
  #   top_ks int64 [rows], the vocabulary's size where off;  top_ps, min_ps float32 [rows]
  def draw_filtered(self: __torch__.Sampler, logits: Tensor, rows: Tensor, temperatures: Tensor, top_ks: Tensor, top_ps: Tensor, min_ps: Tensor, uniforms: Tensor, candidates: int) -> Tensor:
    all_p = (self).probabilities(logits, rows, temperatures, )
    p, ids = torch.topk(all_p, candidates, 1, True, True)
    beyond = torch.logical_and(torch.gt(top_ks, candidates), torch.lt(torch.sum(p, [1], False, dtype=None), top_ps))
    if bool(torch.any(beyond)):
      p, ids = torch.sort(all_p, 1, True)
    n = p.size(1)
    rank = torch.arange(n, dtype=4, layout=None, device=ops.prim.device(p), pin_memory=None)
    in_k = torch.to(torch.lt(torch.unsqueeze(rank, 0), torch.unsqueeze(top_ks, 1)), 6)
    kept = torch.mul(p, in_k)
    # Where top-k is off, what lies beyond the candidates still counts in the nucleus's total.
    some = torch.sum(kept, [1], True, dtype=None)
    off = torch.unsqueeze(torch.ge(top_ks, all_p.size(1)), 1)
    total = torch.where(off, torch.ones_like(some, dtype=None, layout=None, device=None, pin_memory=None, memory_format=None), some)
    before = torch.sub(torch.cumsum(kept, 1, dtype=7), kept)
    in_p = torch.lt(before, torch.mul(total, torch.unsqueeze(top_ps, 1)))
    in_min = torch.ge(p, torch.mul(torch.slice(p, 1, 0, 1), torch.unsqueeze(min_ps, 1)))
    kept = torch.mul(kept, torch.to(torch.logical_and(in_p, in_min), 6))
    return torch.reshape(torch.gather(ids, 1, (self).invert(kept, uniforms, ), sparse_grad=False), [-1])
  # What typical acceptance asks: of each row the distribution's entropy (with Medusa's constant, which keeps the logarithm
  # finite), then the probabilities of tokens, each after one of the rows. Float64 [rows + tokens].
  #   places int64 [tokens]  which of the rows
  def plausibility(self: __torch__.Sampler, logits: Tensor, rows: Tensor, temperatures: Tensor, places: Tensor, tokens: Tensor) -> Tensor:
    p = (self).probabilities(logits, rows, temperatures, )
    entropies = torch.neg(torch.sum(torch.mul(p, torch.log(torch.add(p, 1.0e-5))), [1], False, dtype=None))
    of_tokens = torch.index(p, annotate(List[Optional[Tensor]], [places, tokens]))
    return torch.cat([torch.to(entropies, 7), torch.to(of_tokens, 7)], 0)
  # Log-probabilities before temperature and filters: of the chosen tokens [rows], of the best ones and their ids
  # [rows, best]; all as float64 in one [rows, 1 + 2 * best].
  def logprobs(self: __torch__.Sampler, logits: Tensor, rows: Tensor, chosen: Tensor, best: int) -> Tensor:
    all_log = torch.log_softmax(torch.index_select(logits, 0, rows), 1, None)
    of_chosen = torch.gather(all_log, 1, torch.unsqueeze(chosen, 1), sparse_grad=False)
    top, ids = torch.topk(all_log, best, 1, True, True)
    return torch.cat([torch.to(of_chosen, 7), torch.to(top, 7), torch.to(ids, 7)], 1)
