import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable.ts';
import type { TopicNode, TopicsPage } from '../../engine/contract.ts';
import type { EngineProxy } from '../engine/engine-proxy.ts';
import { commandIds, viewIds } from '../ids.ts';
import { t } from '../../base/localise.ts';
import {
  describeTopic,
  describeTopicWithChart,
  formatCount,
  topicDetails,
  topicLabel,
  valueText,
} from './describe.ts';
import { TopicHistory } from './topic-history.ts';
import { RefreshGate } from './refresh.ts';
import { tooltip } from './tree-items.ts';

/** Children shown of one level until more are asked for. */
const pageSize = 500;
/**
 * Milliseconds between two updates of an unfolded level's own text. While the editor draws a level
 * again it does not know the items below, and a command on one of them would come to nothing.
 */
const levelInterval = 2000;

/** Children of one level that are loaded to reveal one of them. */
const mostRevealed = 5000;

export type TopicTreeItem =
  | { readonly kind: 'topic'; readonly topic: string; node: TopicNode; recent: readonly number[] }
  | { readonly kind: 'more'; readonly parent: string | undefined; readonly left: number };

/** The topics of the local broker, level by level, loaded as they are opened. */
export class TopicsTree implements vscode.TreeDataProvider<TopicTreeItem>, Disposable {
  readonly #engine: EngineProxy;
  readonly #changed = new vscode.EventEmitter<TopicTreeItem | TopicTreeItem[] | undefined>();
  readonly #disposables = new DisposableStore();
  readonly #gate = new RefreshGate(() => this.#refresh());
  readonly #view: vscode.TreeView<TopicTreeItem>;
  /** Items by topic: the tree knows an element by its object. */
  readonly #items = new Map<string, TopicTreeItem & { kind: 'topic' }>();
  /** Levels whose children are on the screen: how many at most, and which they are. */
  readonly #loaded = new Map<string | undefined, { count: number; page?: TopicsPage }>();
  readonly #history = new TopicHistory();
  #revision = -1;
  #generation = -1;
  #idle = false;
  #levelsShownAt = 0;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(engine: EngineProxy) {
    this.#engine = engine;
    this.#view = vscode.window.createTreeView(viewIds.topics, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    for (const item of [this.#view, this.#changed, this.#gate]) this.#disposables.add(item);
    this.#disposables.add(
      this.#view.onDidChangeVisibility(({ visible }) => {
        // Nobody has counted meanwhile.
        this.#history.clear();
        this.#gate.visible = visible;
      }),
    );
    this.#disposables.add(
      this.#view.onDidCollapseElement(({ element }) => {
        if (element.kind === 'topic') this.#collapsed(element.topic);
      }),
    );
    this.#disposables.add(
      this.#view.onDidExpandElement(({ element }) => {
        if (element.kind === 'topic') this.#expanded(element.topic);
      }),
    );
    this.#gate.visible = this.#view.visible;
    this.#disposables.add(engine.onSnapshot(() => this.#gate.request()));
  }

  /**
   * What the last refresh fetched is given at once: while the editor waits for children, it does
   * not know them, and a command on one of them would come to nothing.
   */
  getChildren(parent?: TopicTreeItem): TopicTreeItem[] | Promise<TopicTreeItem[]> {
    if (parent?.kind === 'more' || !this.#engine.started) return [];
    const page = this.#loaded.get(parent?.topic)?.page;
    return page ? this.#itemsOf(parent?.topic, page) : this.#fetch(parent?.topic);
  }

  getTreeItem(element: TopicTreeItem): vscode.TreeItem {
    if (element.kind === 'more') return moreItem(element);
    const { node, recent } = element;
    const { None, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(topicLabel(node.level), node.hasChildren ? Collapsed : None);
    item.id = `topic:${node.topic}`;
    item.description = describeTopicWithChart(node, recent);
    item.contextValue = node.latest ? 'topic' : 'level';
    item.iconPath = new vscode.ThemeIcon(
      node.retained ? 'pinned' : node.latest ? 'symbol-value' : 'folder',
    );
    const value = node.latest && valueText(node.latest.preview);
    item.tooltip = tooltip(node.topic, topicDetails(node, recent), value);
    item.accessibilityInformation = { label: `${topicLabel(node.level)}, ${describeTopic(node)}` };
    return item;
  }

  /** The level above, which the editor asks for on the way to a topic that it has not shown yet. */
  getParent(element: TopicTreeItem): TopicTreeItem | undefined {
    const parent = element.kind === 'more' ? element.parent : parentOf(element.topic);
    return parent === undefined ? undefined : this.#items.get(parent);
  }

  /** Selects a topic, unfolding the levels above it; false when it is not in the tree. */
  async reveal(topic: string): Promise<boolean> {
    const levels = topic.split('/');
    for (let depth = 1; depth <= levels.length; depth++) {
      if (!(await this.#load(levels.slice(0, depth).join('/')))) return false;
    }
    const item = this.#items.get(topic);
    if (item) await this.#view.reveal(item, { select: true, focus: true });
    return item !== undefined;
  }

  /** Shows the next page of a level. */
  loadMore(parent: string | undefined): void {
    const count = this.#loaded.get(parent)?.count ?? 0;
    this.#loaded.set(parent, { count: count + pageSize });
    this.#changed.fire(parent === undefined ? undefined : this.#items.get(parent));
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  /** Has the level above hold the topic, with as many pages as it takes. */
  async #load(topic: string): Promise<boolean> {
    const parent = parentOf(topic);
    for (let count = this.#loaded.get(parent)?.count ?? pageSize; ; count += pageSize) {
      const page = await this.#page(parent, count);
      if (page.nodes.some((node) => node.topic === topic)) {
        const isMore = page.nodes.length > (this.#loaded.get(parent)?.page?.nodes.length ?? 0);
        this.#loaded.set(parent, { count, page });
        this.#itemsOf(parent, page);
        // The editor has children of the level, and does not ask again.
        if (isMore) {
          this.#changed.fire(parent === undefined ? undefined : this.#items.get(parent));
        }
        return true;
      }
      if (page.nodes.length >= page.total || count > mostRevealed) return false;
    }
  }

  async #page(prefix: string | undefined, count: number): Promise<TopicsPage> {
    const page = await this.#engine.request('topics/children', { prefix, from: 0, count });
    const message =
      page.overflow === 0
        ? ''
        : t(
            '{0} messages are on topics beyond the limit and not in this tree.',
            formatCount(page.overflow),
          );
    if (message !== (this.#view.message ?? '')) this.#view.message = message;
    const now = performance.now();
    for (const node of page.nodes) this.#history.note(node.topic, node.messageCount, now);
    return page;
  }

  async #fetch(prefix: string | undefined): Promise<TopicTreeItem[]> {
    const count = this.#loaded.get(prefix)?.count ?? pageSize;
    const page = await this.#page(prefix, count);
    this.#loaded.set(prefix, { count, page });
    return this.#itemsOf(prefix, page);
  }

  #itemsOf(prefix: string | undefined, page: TopicsPage): TopicTreeItem[] {
    const items: TopicTreeItem[] = page.nodes.map((node) => this.#itemOf(node));
    const left = page.total - page.nodes.length;
    if (left > 0) items.push({ kind: 'more', parent: prefix, left });
    return items;
  }

  #itemOf(node: TopicNode): TopicTreeItem {
    const known = this.#items.get(node.topic);
    const recent = this.#history.recent(node.topic);
    if (known) {
      known.node = node;
      known.recent = recent;
      return known;
    }
    const item = { kind: 'topic' as const, topic: node.topic, node, recent };
    this.#items.set(node.topic, item);
    return item;
  }

  /** What is folded away is not asked for any more, nor what is open within. */
  #collapsed(topic: string): void {
    for (const prefix of [...this.#loaded.keys()]) {
      if (prefix === topic || prefix?.startsWith(`${topic}/`)) this.#loaded.delete(prefix);
    }
    this.#history.forget((below) => below.startsWith(`${topic}/`));
  }

  /** The editor may show children that it remembers: they are compared with what is there now. */
  #expanded(topic: string): void {
    if (this.#loaded.has(topic)) return;
    this.#loaded.set(topic, { count: pageSize });
    // Also while a refresh runs: the next one looks again whatever this one finds.
    this.#revision = -1;
    this.#gate.request();
  }

  /** Refreshes the levels on the screen: items that changed, or the level when children came or went. */
  async #refresh(): Promise<void> {
    const { snapshot } = this.#engine;
    const generation = snapshot?.capture.generation ?? -1;
    if (generation !== this.#generation) {
      // Cleared, or another engine: everything begins anew.
      this.#generation = generation;
      this.#items.clear();
      this.#history.clear();
      this.#loaded.clear();
      this.#changed.fire(undefined);
    }
    if (!snapshot) return;
    // One more round after the last message, so that rates fall back to nothing.
    const unchanged = snapshot.topicsRevision === this.#revision;
    if (unchanged && this.#idle && this.#loaded.size > 0) return;
    this.#revision = snapshot.topicsRevision;
    if (this.#loaded.size === 0) {
      this.#changed.fire(undefined);
      return;
    }
    const changed: TopicTreeItem[] = [];
    let rootChanged = false;
    /** A rate is shown, or a change waits: there is more to draw, also when the engine rests. */
    let more = false;
    const withLevels = performance.now() - this.#levelsShownAt >= levelInterval;
    if (withLevels) this.#levelsShownAt = performance.now();
    for (const [prefix, { count, page: before }] of [...this.#loaded]) {
      const page = await this.#page(prefix, count);
      // Folded, cleared or asked for more meanwhile.
      if (this.#loaded.get(prefix)?.page !== before) continue;
      this.#loaded.set(prefix, { count, page });
      if (page.nodes.some((node) => node.rate > 0 || this.#hasChart(node))) more = true;
      const parent = prefix === undefined ? undefined : this.#items.get(prefix);
      if (before && keysOf(page) === keysOf(before)) {
        for (const node of page.nodes) {
          if (!this.#differs(node)) continue;
          if (withLevels || !this.#loaded.has(node.topic)) changed.push(this.#itemOf(node));
          else more = true;
        }
      } else if (parent) changed.push(parent);
      else rootChanged = true;
    }
    this.#idle = unchanged && snapshot.messageRate === 0 && !more;
    if (more) this.#gate.request();
    if (rootChanged) this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire(changed);
  }

  #hasChart({ topic }: TopicNode): boolean {
    return this.#history.recent(topic).some((count) => count > 0);
  }

  #differs(node: TopicNode): boolean {
    const shown = this.#items.get(node.topic);
    return (
      !shown ||
      describeTopicWithChart(shown.node, shown.recent) !==
        describeTopicWithChart(node, this.#history.recent(node.topic)) ||
      shown.node.hasChildren !== node.hasChildren
    );
  }
}

/** The topic of the level above; undefined for a first level. */
function parentOf(topic: string): string | undefined {
  const end = topic.lastIndexOf('/');
  return end < 0 ? undefined : topic.slice(0, end);
}

/** What makes a level the same as before: its children, not their values. */
function keysOf(page: TopicsPage): string {
  return `${page.total} ${page.nodes.map(({ level }) => level).join('/')}`;
}

function moreItem({ parent, left }: TopicTreeItem & { kind: 'more' }): vscode.TreeItem {
  const item = new vscode.TreeItem(t('Load more… ({0} left)', formatCount(left)));
  item.id = `more:${parent ?? ''}`;
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = {
    command: commandIds.loadMoreTopics,
    title: t('Load more'),
    arguments: [parent],
  };
  return item;
}
