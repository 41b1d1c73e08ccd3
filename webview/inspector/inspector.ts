import { t } from '../../src/base/localise.ts';
import { messageOf } from '../../src/base/errors.ts';
import type { InspectorView, QueryState } from '../../src/engine/contract.ts';
import { Announcer } from './announcer.ts';
import { Details } from './details/details.ts';
import { EditorLink } from './editor-link.ts';
import { Find } from './find/find.ts';
import { element, oncePerFrame, setAttribute, setVisible } from './dom.ts';
import type { Host, PageMemory } from './host.ts';
import { QuerySession, type ReplaceReason } from './query-session.ts';
import { EmptyState } from './shell/empty-state.ts';
import { FilterBar } from './shell/filter-bar.ts';
import { historyOf, remembered } from './shell/filter-history.ts';
import { HostActions } from './shell/host-actions.ts';
import { listenToKeys } from './shell/page-keys.ts';
import { createProgress } from './shell/progress.ts';
import { resultText } from './shell/result.ts';
import { Splitter } from './shell/splitter.ts';
import { StatusLine } from './shell/status-line.ts';
import { Toolbar, type PageView } from './shell/toolbar.ts';
import { StatisticsView } from './statistics/statistics-view.ts';
import { ShownRows } from './shown-rows.ts';
import { hidden, moved, resized } from './table/column-arrangement.ts';
import { Columns } from './table/columns.ts';
import { kindOf } from './table/row-menu.ts';
import { Table } from './table/table.ts';

const viewLabels = {
  messages: t('Messages'),
  packets: t('Packets'),
  flow: t('Exchanges'),
} as const;
/** Milliseconds between two looks at how long something is waited for. */
const waitingInterval = 1000;

/** The page: puts the parts together and holds what they share. */
export class Inspector {
  readonly element: HTMLElement;
  readonly #memory: PageMemory;
  readonly #announcer = new Announcer();
  readonly #actions: HostActions;
  readonly #session: QuerySession;
  readonly #shown = new ShownRows();
  readonly #toolbar: Toolbar;
  readonly #filterBar: FilterBar;
  readonly #statusLine = new StatusLine();
  readonly #emptyState: EmptyState;
  readonly #table: Table;
  readonly #columns: Columns;
  readonly #details: Details;
  readonly #splitter: Splitter;
  readonly #find: Find;
  readonly #link: EditorLink;
  readonly #statistics: StatisticsView;
  readonly #progress = createProgress();
  readonly #main = element('main', { className: 'main' });
  readonly #update = oncePerFrame(() => this.#apply());
  /** Ordinal of the selected row in this query; the frame is in the page's memory. */
  #cursor: number | undefined;
  /** Frame to come back to, once its place in a new query is known. */
  #place: { readonly frame: number; readonly reveal: 'top' | 'selection' } | undefined;
  #placing = false;
  /** The filter's result is said once, when its scan is complete. */
  #resultSaid = true;

  constructor(host: Host, memory: PageMemory) {
    this.#memory = memory;
    this.#actions = new HostActions(host, this.#announcer);
    const { view, filter, detailsShare, tab } = memory.state;
    this.#session = new QuerySession(host, view, filter, {
      changed: () => this.#update(),
      replaced: (reason) => this.#replaced(reason),
      failed: (problem) => {
        this.#filterBar.setProblem(problem);
        this.#announcer.say(problem.message);
      },
    });
    this.#toolbar = new Toolbar(memory.state.showsStatistics ? 'statistics' : view, {
      view: (next) => this.#setPageView(next),
      follow: () => this.#setFollow(!memory.state.follow),
      pause: () => this.#setPaused(this.#shown.pausedAt === undefined),
      clear: () => this.#actions.request(host.request('capture/clear', null)),
      publish: () => this.#actions.command('publish'),
      startBroker: () => this.#actions.command('startBroker'),
      copyAddress: () => this.#actions.command('copyAddress'),
    });
    this.#filterBar = new FilterBar(filter, {
      changed: (next) => this.#setFilter(next),
      leave: () => this.#table.focus(),
      complete: (text, caret) => host.request('filter/complete', { filter: text, caret }),
      announce: (text) => this.#announcer.say(text),
      history: () => historyOf(memory.state.filters),
      save: (text) => this.#actions.request(host.request('host/saveFilter', { filter: text })),
      manage: () => this.#actions.request(host.request('host/manageFilters', null)),
      remember: (text) =>
        memory.change({ filters: remembered(historyOf(memory.state.filters), text) }),
    });
    this.#emptyState = new EmptyState({
      startBroker: () => this.#actions.command('startBroker'),
      showLog: () => this.#actions.command('showLog'),
      copy: (text) => this.#actions.copy(text),
      clearFilter: () => {
        this.#filterBar.set('');
        this.#filterBar.focus();
      },
      showPackets: () => {
        this.#toolbar.setView('packets');
        this.#setPageView('packets');
        this.#table.focus();
      },
    });
    this.#table = new Table({
      select: (ordinal) => this.#select(ordinal),
      activate: () => this.#openDetails(true),
      point: (ordinal) => this.#point(ordinal, this.#session.source.get(ordinal)?.frame),
      copy: () => {
        if (memory.state.selected === undefined) return;
        this.#link.copyRow(memory.state.selected);
        this.#announcer.say(t('Copied'));
      },
      dismiss: () => this.#dismiss(),
      follow: (follow) => this.#setFollow(follow),
      scrolled: () => this.#update(),
      header: {
        resize: (name, width) => this.#columns.change((columns) => resized(columns, name, width)),
        move: (name, before) => this.#columns.change((columns) => moved(columns, name, before)),
        hide: (name) => this.#columns.change((columns) => hidden(columns, name)),
        announce: (text) => this.#announcer.say(text),
      },
    });
    this.#columns = new Columns(host, memory, (columns) => this.#table.setColumns(columns));
    this.#details = new Details(host, tab, {
      close: () => this.#closeDetails(),
      tab: (next) => memory.change({ tab: next }),
      shown: (protocol) => this.#statusLine.setProtocol(protocol),
      announce: (text) => this.#announcer.say(text),
      copy: (text) => this.#actions.copy(text),
      select: (frame) => void this.#goTo(frame),
      failed: (message) => this.#announcer.say(message),
    });
    this.#find = new Find(host, this.#table.element, {
      query: () => this.#session.state?.query,
      place: () => this.#cursor ?? this.#table.top,
      show: (ordinal, frame) => this.#showMatch(ordinal, frame),
      leave: () => this.#table.focus(),
      announce: (text) => this.#announcer.say(text),
    });
    this.#link = new EditorLink(host, {
      goTo: (frame, tab) => {
        if (tab) this.#details.showTab(tab);
        void this.#goTo(frame);
        this.#openDetails(false);
      },
      filter: () => this.#session.askedFilter,
      setFilter: (next) => this.#filterBar.set(next),
      failed: (error) => this.#announcer.say(messageOf(error)),
    });
    this.#splitter = new Splitter(this.#main, detailsShare, (share) =>
      memory.change({ detailsShare: share }),
    );
    this.#statistics = new StatisticsView(host, memory.state.statistics, {
      announce: (text) => this.#announcer.say(text),
      showPackets: (text) => this.#showPackets(text),
      remember: (statistics) => memory.change({ statistics }),
    });
    const parts = [this.#table, this.#find.widget, this.#emptyState].map((part) => part.element);
    this.#main.append(
      element('div', { className: 'table-area', children: [this.#progress, ...parts] }),
      this.#splitter.element,
      this.#details.element,
    );
    this.element = element('div', {
      className: 'inspector',
      children: [
        this.#toolbar.element,
        this.#filterBar.element,
        this.#main,
        this.#statistics.element,
        this.#statusLine.element,
        this.#announcer.element,
      ],
    });
    listenToKeys(document, {
      hasRows: () => !memory.state.showsStatistics,
      isFinding: () => this.#find.widget.hasFocus,
      openFind: () => this.#find.open(),
      find: (direction) => this.#find.go(direction),
      filter: () =>
        memory.state.showsStatistics ? this.#statistics.focusFilter() : this.#filterBar.focus(),
      isInDetails: () => this.#details.element.contains(document.activeElement),
      toTable: () => this.#table.focus(),
    });
    host.onNotification('setFilter', (params) => {
      this.#leaveStatistics();
      this.#filterBar.set(params.filter);
      this.#filterBar.focus();
    });
    setInterval(() => {
      if (memory.state.view === 'flow') this.#table.refresh();
      this.#details.refresh();
    }, waitingInterval);
    host.onNotification('setSavedFilters', ({ filters }) => this.#filterBar.setSaved(filters));
    this.#restore();
    this.#showDetails();
    this.#showPage();
    void this.#session.open(view, filter);
  }

  /** Comes back to where the page was when it was hidden or reloaded. */
  #restore(): void {
    const { selected, top, follow, detailsOpen } = this.#memory.state;
    if (selected !== undefined && detailsOpen) this.#details.show(selected);
    if (!follow && top !== undefined) this.#place = { frame: top, reveal: 'top' };
    else if (selected !== undefined) this.#place = { frame: selected, reveal: 'selection' };
  }

  #setPageView(view: PageView): void {
    const before = this.#memory.state.view;
    if (view === 'statistics') this.#memory.change({ showsStatistics: true });
    else this.#memory.change({ showsStatistics: false, view });
    this.#showPage();
    if (view !== 'statistics' && view !== before) this.#openQuery();
  }

  /** Shows the table or the statistics. */
  #showPage(): void {
    const { showsStatistics } = this.#memory.state;
    setVisible(this.#filterBar.element, !showsStatistics);
    setVisible(this.#main, !showsStatistics);
    this.#statistics.shown = showsStatistics;
    this.#update();
  }

  #leaveStatistics(): void {
    const { showsStatistics, view } = this.#memory.state;
    if (!showsStatistics) return;
    this.#toolbar.setView(view);
    this.#setPageView(view);
  }

  /** From the statistics to the packets that a filter matches. */
  #showPackets(filter: string): void {
    this.#toolbar.setView('packets');
    this.#setPageView('packets');
    this.#filterBar.set(filter);
    this.#table.focus();
  }

  #setFilter(filter: string): void {
    if (filter === this.#session.askedFilter && this.#session.state) return;
    this.#memory.change({ filter });
    this.#openQuery();
  }

  #openQuery(): void {
    this.#rememberTop();
    const { view, filter, selected, top, follow } = this.#memory.state;
    const place = selected ?? (follow ? undefined : top);
    this.#place =
      place === undefined
        ? undefined
        : { frame: place, reveal: selected === undefined ? 'top' : 'selection' };
    this.#resultSaid = filter === '';
    void this.#session.open(view, filter);
  }

  #replaced(reason: ReplaceReason): void {
    this.#cursor = undefined;
    this.#find.replaced();
    const { state } = this.#session;
    const known = this.#memory.state.generation;
    this.#memory.change({ generation: state?.generation });
    if (reason === 'query') {
      this.#shown.replaced();
      this.#filterBar.setProblem(this.#session.problem);
      // The page was away while the capture was cleared, or a new engine came: frames are others.
      if (known !== undefined && known !== state?.generation) this.#forgetPlace();
      return;
    }
    if (state) {
      this.#shown.cleared(state);
      this.#announcer.say(t('Cleared'));
    } else {
      // After a restart frames are numbered from 0: nothing that was remembered means anything.
      this.#shown.replaced();
      this.#shown.resume();
    }
    this.#forgetPlace();
  }

  /** Which frame was selected, and which was on top, means nothing any more. */
  #forgetPlace(): void {
    this.#place = undefined;
    this.#memory.change({ selected: undefined, top: undefined, detailsOpen: false });
    this.#details.clear();
    this.#showDetails();
  }

  #setFollow(follow: boolean): void {
    this.#memory.change({ follow });
    if (follow && this.#shown.pausedAt !== undefined) this.#setPaused(false);
    this.#update();
  }

  #setPaused(paused: boolean): void {
    const { state } = this.#session;
    if (!state) return;
    if (paused) this.#shown.pause(state);
    else this.#shown.resume();
    this.#announcer.say(paused ? t('Paused') : t('Showing new packets again'));
    this.#update();
  }

  #select(ordinal: number): void {
    this.#cursor = ordinal;
    const row = this.#session.source.get(ordinal);
    // A row that is still on its way is selected when it has come.
    if (row) this.#selectFrame(row.frame);
    else this.#memory.change({ selected: undefined });
    this.#update();
  }

  #selectFrame(frame: number): void {
    this.#memory.change({ selected: frame });
    this.#openDetails(false);
    this.#details.show(frame);
  }

  /** Selects the row of a frame and brings it into view; says so where the filter hides it. */
  async #goTo(frame: number): Promise<void> {
    this.#memory.change({ selected: frame });
    this.#cursor = undefined;
    this.#place = { frame, reveal: 'selection' };
    this.#details.show(frame);
    this.#setFollow(false);
    const isShown = await this.#session.shows(frame);
    this.#announcer.say(
      isShown ? t('Packet selected') : t('The view or the filter hides this packet'),
    );
  }

  #openDetails(focus: boolean): void {
    const { selected } = this.#memory.state;
    this.#memory.change({ detailsOpen: true });
    this.#showDetails();
    if (selected !== undefined) this.#details.show(selected);
    if (focus) this.#details.focus();
  }

  /** Escape in the table: what was opened last over it goes first. */
  #dismiss(): void {
    if (this.#find.widget.isOpen) this.#find.close();
    else this.#closeDetails();
  }

  /** Selects a row. The details follow when they are open, and stay closed otherwise. */
  #point(ordinal: number, frame: number | undefined): void {
    this.#place = undefined;
    this.#cursor = ordinal;
    this.#memory.change({ selected: frame });
    if (this.#memory.state.detailsOpen && frame !== undefined) this.#details.show(frame);
    this.#apply();
  }

  /** Selects what find has found. */
  #showMatch(ordinal: number, frame: number): void {
    if (this.#shown.pausedAt !== undefined && ordinal >= this.#shown.range.end) {
      this.#setPaused(false);
    }
    if (this.#memory.state.follow) this.#setFollow(false);
    this.#point(ordinal, frame);
    this.#table.reveal(ordinal);
    this.#apply();
  }

  #closeDetails(): void {
    this.#memory.change({ detailsOpen: false });
    this.#showDetails();
    this.#table.focus();
  }

  #showDetails(): void {
    const { detailsOpen, selected } = this.#memory.state;
    const open = detailsOpen && (selected !== undefined || this.#cursor !== undefined);
    this.#main.classList.toggle('with-details', open);
    setVisible(this.#details.element, open);
    setVisible(this.#splitter.element, open);
  }

  /** Once per animation frame at most: brings everything to the newest state. */
  #apply(): void {
    const { state, source } = this.#session;
    const { follow } = this.#memory.state;
    if (!state) {
      this.#emptyState.update(undefined, false, '');
      return;
    }
    const paused = this.#shown.pausedAt !== undefined;
    const { first, end } = this.#shown.advance(state, source, {
      follow: follow && this.#place === undefined,
      top: this.#table.top,
      capacity: this.#table.capacity,
    });
    if (this.#cursor !== undefined && this.#memory.state.selected === undefined) {
      const row = source.get(this.#cursor);
      if (row) this.#selectFrame(row.frame);
    }
    this.#table.update({
      first,
      end,
      get: (ordinal) => source.get(ordinal),
      selected: this.#memory.state.selected,
      cursor: this.#cursor,
      follow: follow && !paused && this.#place === undefined,
    });
    if (!follow || paused || end === state.end) {
      const span = this.#table.span;
      source.want(span.from, span.end);
    }
    const row = this.#cursor === undefined ? undefined : source.get(this.#cursor);
    const { selected } = this.#memory.state;
    this.#link.selected(selected, row && row.frame === selected ? kindOf(row) : undefined);
    this.#find.rowsChanged();
    this.#locate(state);
    this.#showState(state, end > first);
    this.#rememberTop();
  }

  #showState(state: QueryState, hasRows: boolean): void {
    const { view, filter } = this.#session.shown;
    const { follow } = this.#memory.state;
    const pausedAt = this.#shown.pausedAt;
    const empty = this.#emptyState.update(state, hasRows || state.end > state.first, filter);
    this.#table.element.classList.toggle('no-rows', empty);
    this.#table.setView(view, viewLabels[view]);
    this.#toolbar.update(state.broker, follow, pausedAt !== undefined);
    this.#statusLine.update(
      state,
      pausedAt === undefined ? undefined : Math.max(0, state.capture.end - pausedAt),
    );
    this.#details.noteDropped(state.capture.first);
    this.#details.trafficChanged();
    this.#showResult(state, view, filter);
  }

  #showResult(state: QueryState, view: InspectorView, filter: string): void {
    const { text, title, spoken, isScanning, isSlow, share } = resultText(state, view, filter);
    setVisible(this.#progress, isSlow);
    setAttribute(this.#progress, 'aria-valuenow', String(share));
    this.#progress.style.setProperty('--share', `${share}%`);
    this.#filterBar.setResult(text, title);
    if (isScanning || this.#resultSaid) return;
    this.#resultSaid = true;
    this.#announcer.say(spoken);
  }

  /** Finds the remembered place in the query that is open now, and where a pause stands in it. */
  #locate(state: QueryState): void {
    if (this.#placing || state.scanned < state.toScan) return;
    if (!this.#place && !this.#shown.needsPausedEnd) return;
    this.#placing = true;
    void this.#findPlaces(state).finally(() => {
      this.#placing = false;
      this.#update();
    });
  }

  async #findPlaces(state: QueryState): Promise<void> {
    const pausedAt = this.#shown.pausedAt;
    if (pausedAt !== undefined && this.#shown.needsPausedEnd) {
      const ordinal = await this.#session.find(pausedAt);
      if (this.#session.state?.query !== state.query) return;
      this.#shown.setPausedEnd(ordinal, this.#session.state);
    }
    const place = this.#place;
    if (!place) return;
    const ordinal = await this.#session.find(place.frame);
    if (this.#session.state?.query !== state.query || this.#place !== place) return;
    this.#place = undefined;
    if (ordinal === undefined) return;
    if (place.reveal === 'top') {
      this.#table.scrollTo(ordinal);
    } else {
      this.#cursor = ordinal;
      if (!this.#memory.state.follow) this.#table.reveal(ordinal);
    }
    const { selected } = this.#memory.state;
    if (place.reveal === 'top' && selected !== undefined) {
      this.#cursor = await this.#session.find(selected);
    }
  }

  #rememberTop(): void {
    const row = this.#session.source.get(this.#table.top);
    if (row && row.frame !== this.#memory.state.top) this.#memory.change({ top: row.frame });
  }
}
