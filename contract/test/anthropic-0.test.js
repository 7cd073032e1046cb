import * as sdk from 'anthropic-before-1';
import { messageBatches } from './anthropic-suite.js';

messageBatches('@anthropic-ai/sdk 0.x', sdk, true);
