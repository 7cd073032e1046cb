# Medusa heads (2401.10774): residual blocks on the feature of the last computed token, then the head's matrix. Head k, from 0,
# guesses the token k + 2 places behind the one whose feature it sees.
#
#   features   [slots, width]       what the decoder stored
#   slots      int64 [sequences]    where each sequence's last feature is
#   vectors    per head and block [hidden]: biases
#   matrices   per head and block [hidden, hidden]; then one head for all, or one for each
#   ids        int64 [scored]       the words that the heads score; empty: all, in order
class Medusa(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
INCLUDE matrices
  # Float64 [heads, sequences, 2 * best]: log-probabilities of each head's best words, then their ids.
  def draft(self: __torch__.Medusa, features: Tensor, slots: Tensor, vectors: List[Tensor], matrices: List[MATRIX], ids: Tensor, heads: int, blocks: int, best: int) -> Tensor:
    h = torch.to(torch.index_select(features, 0, slots), 6)
    shared = torch.eq(len(matrices), torch.add(torch.mul(heads, blocks), 1))
    logits = annotate(List[Tensor], [])
    for k in range(heads):
      z = h
      for j in range(blocks):
        i = torch.add(torch.mul(k, blocks), j)
        z = torch.add(z, torch.silu(torch.add((self).linear(z, matrices[i], ), vectors[i])))
      if shared:
        _0 = torch.append(logits, z)
      else:
        _1 = torch.append(logits, (self).linear(z, matrices[torch.add(torch.mul(heads, blocks), k)], ))
    all = torch.cat(logits, 0)
    if shared:
      all = (self).linear(all, matrices[torch.mul(heads, blocks)], )
    p, words = torch.topk(torch.log_softmax(all, 1, None), best, 1, True, True)
    if torch.gt(ids.size(0), 0):
      words = torch.view(torch.index_select(ids, 0, torch.reshape(words, [-1])), [words.size(0), best])
    return torch.view(torch.cat([torch.to(p, 7), torch.to(words, 7)], 1), [heads, slots.size(0), torch.mul(best, 2)])
